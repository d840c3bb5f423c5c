"""The blocks of a lesson on its page: what is shown, how it is marked up, and what the learner can do with it."""

import re
from html import unescape

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from wagtail.blocks import StructBlockValidationError
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection

from courses.catalogue.blocks import LessonBody
from courses.catalogue.models import Figure, GlossaryTerm, LessonPage, ModulePage
from courses.catalogue.pinyin import initial, sort_key
from courses.questionbank.models import Item

from ..conftest import publish
from .test_isolation import BACKEND
from .test_tree import figure_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(course, client):
    """Return a function that publishes a lesson of these blocks and reads its page."""

    def page(*blocks, query="", **fields):
        module = ModulePage.objects.child_of(course).first()
        present = LessonPage.objects.filter(slug="shown").first()
        lesson = present or publish(module, LessonPage(slug="shown", title="示范", body=list(blocks), **fields))
        answer = client.get(lesson.url + query)
        assert answer.status_code == 200
        return answer.content.decode()

    return page


def grid(head, *rows):
    columns = [{"type": "text", "heading": words} for words in head]
    return {"columns": columns, "rows": [{"values": list(row)} for row in rows], "caption": ""}


def test_a_step_shows_its_picture_and_one_without_shows_none(read, college):
    steps = [{"title": "坐正", "text": "髋膝成直角。", "picture": {"figure": figure_of(college)}}, {"title": "量髋", "text": ""}]
    page = read(("steps", {"title": "量座宽", "steps": steps}))
    first, second = re.findall(r'<li class="procedure__step.*?</li>', page, re.DOTALL)
    assert 'alt="一条坡道"' in first
    assert "<img" not in second


def test_a_table_has_a_caption_and_names_its_columns_and_rows(read):
    page = read(("table", {"title": "门的净宽", "table": grid(["门", "净宽"], ["卧室门", "800"]), "note": "毫米"}))
    assert re.search(r'<caption id="(table-[\w-]+)">门的净宽</caption>', page)
    assert '<th scope="col">净宽</th>' in page
    assert '<th scope="row">卧室门</th><td>800</td>' in page
    box = re.search(r'<div class="lesson-table__scroll" role="region" aria-labelledby="([\w-]+)" tabindex="0">', page)
    assert f'<caption id="{box[1]}">' in page


def test_a_comparison_tells_in_each_cell_which_device_it_speaks_of(read):
    table = grid(["比什么", "手杖", "助行架"], ["支撑", "少", "多"])
    page = read(("comparison", {"title": "怎么选", "table": table, "advice": "先试。"}))
    assert '<th scope="row">支撑</th><td data-label="手杖">少</td><td data-label="助行架">多</td>' in page
    assert "先试。" in page


@pytest.mark.parametrize(("head", "fits"), [(["比", "甲"], False), (["比", "甲", "乙"], True), (list("比甲乙丙丁戊"), False)])
def test_a_comparison_is_of_two_to_four_devices(head, fits):
    block = LessonBody().child_blocks["comparison"]
    value = block.normalize({"title": "选", "table": grid(head, ["重量", *"轻" * (len(head) - 1)]), "advice": ""})
    if fits:
        assert block.clean(value)
    else:
        with pytest.raises(StructBlockValidationError):
            block.clean(value)


def test_slides_stand_with_their_words_for_those_without_a_player(read, college):
    slide = {"picture": {"figure": figure_of(college)}, "narration": "先锁刹车。"}
    page = read(("slides", {"title": "转移", "slides": [slide, {**slide, "narration": "再站起来。"}]}))
    assert page.count("data-slide=") == 2
    spoken = page.partition("data-slides-list")[2].partition("</ol>")[0]
    assert re.findall(r"<span data-sentence[^>]*>([^<]+)<", spoken) == ["先锁刹车。", "再站起来。"]
    assert page.count('alt="一条坡道"') == 2


def test_a_photograph_is_shown_with_its_words_and_served_by_its_hash_alone(read, client, college):
    image = Image.objects.create(title="照片", file=get_test_image_file(), collection=Collection.objects.get(name=college.name))
    page = read(("figure", {"photo": image, "alt": "一扇开着的门。", "caption": "门"}))
    address, alt = re.search(r'<img src="(/photos/[^"]+)" alt="([^"]+)"', page).groups()
    assert alt == "一扇开着的门。"
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert "immutable" in answer["Cache-Control"]
    whole = image.get_file_hash()
    for sha in ("0" * 16, whole[:1], whole[:15], whole[:17], whole):
        assert client.get(reverse("catalogue:photo", args=[image.pk, sha])).status_code == 404


def test_a_picture_is_a_drawing_or_a_photograph_and_not_both(tree, college, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    block = LessonBody().child_blocks["figure"]
    image = Image.objects.create(title="照片", file=get_test_image_file())
    for value in ({"figure": figure_of(college), "photo": image}, {}):
        with pytest.raises(StructBlockValidationError):
            block.clean(block.normalize({"alt": "。", "caption": "", **value}))
    assert block.clean_deferred(block.normalize({"caption": ""}))  # a draft may wait for its picture


def test_a_file_tells_its_type_and_size_before_it_is_taken(read, college, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    document = Document.objects.create(title="检查表", file=ContentFile(b"x" * 2048, "check.pdf"))
    page = read(("document", {"document": document, "title": "", "note": "打印出来填。"}))
    link = re.search(r'<a class="take-along__link" href="([^"]+)" download>(.*?)</a>', page, re.DOTALL)
    assert link[1] == document.url
    assert "检查表" in link[2]
    assert "PDF · 2.0" in unescape(link[2]).replace("\xa0", " ")


# Questions to oneself


@pytest.fixture
def items(course, association):
    return list(Item.objects.filter(organisation=association, kind="single", pool="practice").order_by("key")[:2])


def ask(page, *answers):
    name = re.search(r'name="check" value="([^"]+)"', page)[1]
    fields = dict.fromkeys(re.findall(rf'name="({name}-\d+)"', page))
    return f"?check={name}" + "".join(f"&{field}={answer}" for field, answer in zip(fields, answers, strict=False))


def test_answers_are_judged_on_the_page_with_the_reason_and_kept_nowhere(read, items, client):
    blocks = [("quiz", {"title": "问问自己", "items": items})]
    page = read(*blocks)
    assert "option--right" not in page
    right, wrong = items[0].answer[0], next(key for key in "ABC" if key not in items[1].answer)
    judged = read(query=ask(page, right, wrong))
    verdicts = re.findall(r'<li class="self-check__item">.*?</li>', judged, re.DOTALL)
    assert "chip--good" in verdicts[0]
    assert "chip--bad" in verdicts[1]
    assert "option--wrong" in verdicts[1]
    assert all(item.explanation in judged for item in items if item.explanation)
    assert "option--right" not in read()


def test_no_answer_and_nonsense_in_the_address_do_no_harm(read, items):
    page = read(("quiz", {"title": "问问自己", "items": items}))
    empty = read(query=ask(page))
    assert "chip--neutral" in empty
    assert "chip--bad" not in empty
    assert "option--right" not in read(query="?check=somebody")
    assert "option--wrong" not in read(query=ask(page, "ZZ", "<b>"))


def changed(item, **fields):
    row = Item.objects.get(pk=item.pk)
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()


def test_an_item_that_became_an_examination_item_leaves_the_lesson(read, items):
    Item.objects.filter(pk=items[0].pk).update(stem="门的净宽怎样量？")
    assert "门的净宽怎样量？" in read(("quiz", {"title": "问问自己", "items": items}))
    changed(items[0], pool="exam")
    page = read()
    assert "门的净宽怎样量？" not in page
    assert items[1].stem in page
    changed(items[1], active=False)
    assert "data-self-check" not in read()


def test_two_checks_of_a_lesson_are_judged_apart(read, items):
    page = read(("quiz", {"title": "一", "items": items[:1]}), ("quiz", {"title": "二", "items": items[1:]}))
    judged = read(query=ask(page, items[0].answer[0]))
    assert judged.count('role="status"') == page.count('role="status"') + 1


# Words


@pytest.fixture
def word(college, tree):
    def make(term, **fields):
        collection = Collection.objects.get(name=college.name)
        return GlossaryTerm.objects.create(collection=collection, term=term, meaning=f"{term}的意思", **fields)

    return make


def test_a_word_is_explained_in_place_and_leads_to_the_glossary(read, word, course):
    page = read(("term", {"term": word("净宽", term_en="clear width")}))
    assert '<dfn lang="zh-Hans">净宽</dfn>' in page
    assert 'lang="en">clear width' in page
    assert "净宽的意思" in page
    assert reverse("catalogue:glossary", args=[course.pk]) in page


def test_the_glossary_lists_the_courses_words_by_pronunciation_and_where_they_are_met(read, word, course, client):
    shown = word("坡度")
    word("安全抓杆", course=course)
    word("别的词")
    read(("term", {"term": shown}))
    page = client.get(reverse("catalogue:glossary", args=[course.pk])).content.decode()
    assert page.index("安全抓杆") < page.index("坡度")
    assert "别的词" not in page
    assert ">示范</a>" in page
    assert reverse("catalogue:glossary", args=[course.pk]) in client.get(course.url).content.decode()


def test_an_unpublished_course_has_no_glossary_for_the_public(course, client):
    course.unpublish()
    assert client.get(reverse("catalogue:glossary", args=[course.pk])).status_code == 404


def test_a_glossary_is_paged_and_costs_the_same_for_few_words_and_many(word, course, client, django_assert_num_queries):
    from courses.catalogue import glossary

    word("坡度", course=course)
    with django_assert_num_queries(3):
        glossary.glossary_of(course)
    for number in range(150):
        word(f"词{number}", course=course)
    with django_assert_num_queries(3):
        first = glossary.glossary_of(course)
    second = glossary.glossary_of(course, after=str(first["after"]))
    names = [entry.term.term for page in (first, second) for _letter, entries in page["letters"] for entry in entries]
    assert len(names) == len(set(names)) == 151
    assert second["after"] is None
    assert client.get(reverse("catalogue:glossary", args=[course.pk]) + "?after=zz").status_code == 200


@pytest.mark.parametrize(
    ("word", "letter"),
    [
        ("安全抓杆", "A"),
        ("净宽", "J"),
        ("助行架", "Z"),
        ("ICF", "I"),
        ("icf", "I"),
        ("1:12", "#"),
        ("", "#"),
        ("㐀", "#"),
        ("重", "Z"),
    ],
)
def test_a_word_knows_its_initial(word, letter):
    assert initial(word) == letter


def test_words_sort_by_pronunciation_with_the_others_last():
    assert sorted(["轴", "1:12", "ICF", "坡", "安"], key=sort_key) == ["安", "ICF", "坡", "轴", "1:12"]


# Ways of reading


def test_the_easy_version_is_chosen_by_address_and_remembered_for_the_next_lesson(read, client, lessons):
    LessonPage.objects.filter(pk=lessons[1].pk).update(easy_read="另一课。")
    full = read(("text", "<p>正文在这里。</p>"), easy_read="坐下来。\n\n脚踩平。")
    assert "正文在这里。" in full
    assert 'href="?reading=easy"' in full
    easy = read(query="?reading=easy")
    assert re.findall(r"<li>([^<\s]+。)</li>", easy) == ["坐下来。", "脚踩平。"]
    assert "正文在这里。" not in easy
    assert client.cookies["reading"].value == "easy"
    assert "另一课。" in client.get(lessons[1].url).content.decode()
    assert "正文在这里。" in read(query="?reading=full")
    assert client.cookies["reading"].value == "full"


def test_a_lesson_without_another_version_shows_no_choice_and_stays_whole(read):
    page = read(("text", "<p>正文在这里。</p>"), query="?reading=easy")
    assert "正文在这里。" in page
    assert "reading__way" not in page
    assert "正文在这里。" in read(query="?reading=nonsense")


# Choosing and previewing


def test_an_author_chooses_practice_questions_of_her_partners_and_nobody_elses(
    items, course, author, association, college, client
):
    college.partners.add(association)
    Item.objects.filter(pk=items[0].pk).update(pool="exam", stem="考试题的题干")
    Item.objects.filter(pk=items[1].pk).update(stem="练习题的题干")
    client.force_login(author, backend=BACKEND)
    page = client.get("/cms/practice-items/results/").content.decode()
    assert "练习题的题干" in page
    assert "考试题的题干" not in page
    assert client.get(f"/cms/practice-items/chosen/{items[1].pk}/").status_code == 200
    assert client.get(f"/cms/practice-items/chosen/{items[0].pk}/").status_code != 200
    college.partners.clear()
    assert "练习题的题干" not in client.get("/cms/practice-items/results/").content.decode()
    assert client.get(f"/cms/practice-items/chosen/{items[1].pk}/").status_code != 200


def test_the_chooser_of_questions_searches_their_words(items, course, author, association, college, client):
    college.partners.add(association)
    client.force_login(author, backend=BACKEND)
    Item.objects.filter(pk=items[0].pk).update(stem="门的净宽怎样量？")
    Item.objects.filter(pk=items[1].pk).update(stem="坡道多长？")
    page = client.get("/cms/practice-items/results/?q=净宽").content.decode()
    assert "门的净宽怎样量？" in page
    assert "坡道多长？" not in page


def test_shared_words_may_be_chosen_by_every_college_and_changed_by_none_of_them(tree, author, client):
    shared = Collection.get_first_root_node().add_child(name="共用术语")
    term = GlossaryTerm.objects.create(collection=shared, term="辅具", meaning="帮助人做事的器具。")
    client.force_login(author, backend=BACKEND)
    viewset = GlossaryTerm.snippet_viewset
    results = client.get(reverse(viewset.chooser_viewset.get_url_name("choose_results"))).content.decode()
    assert "辅具" in results
    assert client.get(reverse(viewset.chooser_viewset.get_url_name("chosen"), args=[term.pk])).status_code == 200
    assert client.get(reverse(viewset.get_url_name("edit"), args=[term.pk])).status_code == 302


@pytest.mark.parametrize("name", list(LessonBody().child_blocks))
def test_every_block_is_previewed_before_there_is_anything_to_show(name, author, course, client):
    client.force_login(author, backend=BACKEND)
    block = LessonPage._meta.get_field("body").stream_block.child_blocks[name]
    assert block.is_previewable, name
    answer = client.get("/cms/block-preview/", {"id": block.definition_prefix})
    assert answer.status_code == 200
    assert Figure.objects.count() == 0


def test_a_lesson_of_all_blocks_costs_a_fixed_number_of_queries(
    read, items, word, college, client, django_assert_max_num_queries
):
    figure = figure_of(college)
    steps = [{"title": "一", "text": "", "picture": {"figure": figure}}] * 6
    slide = {"picture": {"figure": figure}, "narration": "先锁刹车。"}
    terms = [("term", {"term": word(f"词{number}")}) for number in range(5)]
    quizzes = [("quiz", {"title": "问", "items": items})] * 3
    read(*terms, *quizzes, ("steps", {"title": "做", "steps": steps}), ("slides", {"title": "看", "slides": [slide] * 9}))
    lesson = LessonPage.objects.get(slug="shown")
    client.get(lesson.url)
    with django_assert_max_num_queries(20):
        client.get(lesson.url)
