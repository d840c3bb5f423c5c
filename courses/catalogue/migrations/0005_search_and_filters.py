"""The search index, which each database keeps in its own way, and what the filters ask of a course."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQLITE = [
    """
    CREATE VIRTUAL TABLE catalogue_searchtext_fts USING fts5(
        kind, title_words, words, content='catalogue_searchtext', content_rowid='id', tokenize='unicode61 remove_diacritics 0'
    )
    """,
    """
    CREATE TRIGGER catalogue_searchtext_added AFTER INSERT ON catalogue_searchtext BEGIN
        INSERT INTO catalogue_searchtext_fts (rowid, kind, title_words, words)
        VALUES (new.id, new.kind, new.title_words, new.words);
    END
    """,
    """
    CREATE TRIGGER catalogue_searchtext_removed AFTER DELETE ON catalogue_searchtext BEGIN
        INSERT INTO catalogue_searchtext_fts (catalogue_searchtext_fts, rowid, kind, title_words, words)
        VALUES ('delete', old.id, old.kind, old.title_words, old.words);
    END
    """,
    # Flags change without touching the index.
    """
    CREATE TRIGGER catalogue_searchtext_changed AFTER UPDATE OF id, kind, title_words, words ON catalogue_searchtext BEGIN
        INSERT INTO catalogue_searchtext_fts (catalogue_searchtext_fts, rowid, kind, title_words, words)
        VALUES ('delete', old.id, old.kind, old.title_words, old.words);
        INSERT INTO catalogue_searchtext_fts (rowid, kind, title_words, words)
        VALUES (new.id, new.kind, new.title_words, new.words);
    END
    """,
]

# Vectors without places: GIN answers alone, and a text of any length fits. The planner thinks that reading every
# vector is cheap, which it is not; so the function leaves it only the index.
POSTGRES = [
    """
    ALTER TABLE catalogue_searchtext
        ADD COLUMN title_vector tsvector GENERATED ALWAYS AS (array_to_tsvector(string_to_array(title_words, ' '))) STORED,
        ADD COLUMN vector tsvector GENERATED ALWAYS AS (array_to_tsvector(string_to_array(words, ' '))) STORED
    """,
    "CREATE INDEX catalogue_searchtext_title_vector ON catalogue_searchtext USING gin (title_vector)",
    "CREATE INDEX catalogue_searchtext_vector ON catalogue_searchtext USING gin (vector)",
    """
    CREATE FUNCTION catalogue_search_hits(
        in_title boolean, wanted tsquery, kinds text[], courses bigint[], open_only boolean, most integer
    ) RETURNS SETOF bigint LANGUAGE plpgsql STABLE SET enable_seqscan TO off SET enable_indexscan TO off AS $$
    BEGIN
        IF in_title THEN
            RETURN QUERY SELECT s.id FROM catalogue_searchtext s
            WHERE s.title_vector @@ wanted AND s.kind = ANY(kinds) AND s.public AND (s.is_open OR NOT open_only)
                AND (courses IS NULL OR s.course_id = ANY(courses))
            ORDER BY s.id DESC LIMIT most;
        ELSE
            RETURN QUERY SELECT s.id FROM catalogue_searchtext s
            WHERE s.vector @@ wanted AND s.kind = ANY(kinds) AND s.public AND (s.is_open OR NOT open_only)
                AND (courses IS NULL OR s.course_id = ANY(courses))
            ORDER BY s.id DESC LIMIT most;
        END IF;
    END
    $$
    """,
]


def make_the_index(apps, schema_editor):
    for statement in POSTGRES if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def drop_the_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION catalogue_search_hits")
    else:
        for name in ("added", "removed", "changed"):
            schema_editor.execute(f"DROP TRIGGER catalogue_searchtext_{name}")
        schema_editor.execute("DROP TABLE catalogue_searchtext_fts")


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0004_recordings_in_lessons'),
        migrations.swappable_dependency(settings.WAGTAIL_PAGE_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='coursepage',
            name='credits',
            field=models.DecimalField(decimal_places=1, default=0, help_text='What the course counts in the bank of credits; 0 when it gives none.', max_digits=4, verbose_name='credit units'),
        ),
        migrations.AddField(
            model_name='coursepage',
            name='is_open',
            field=models.BooleanField(default=True, help_text='Everybody may read the lessons. Otherwise only who has signed in may.', verbose_name='open to the public'),
        ),
        migrations.AddField(
            model_name='coursepage',
            name='levels',
            field=models.JSONField(blank=True, default=list, verbose_name='skill levels'),
        ),
        migrations.AddField(
            model_name='coursepage',
            name='occupations',
            field=models.JSONField(blank=True, default=list, verbose_name='occupations'),
        ),
        migrations.CreateModel(
            name='SearchText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12)),
                ('object_id', models.PositiveBigIntegerField(help_text="The page's key, or that of the recording or the glossary word.")),
                ('part', models.PositiveSmallIntegerField(default=0, help_text='Long texts have several rows.')),
                ('course', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalogue.coursepage')),
                ('page', models.ForeignKey(help_text='Where it is read.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.WAGTAIL_PAGE_MODEL)),
                ('public', models.BooleanField(default=True, help_text='Published, with nothing above it that is not, and for everybody.')),
                ('is_open', models.BooleanField(default=True, help_text='May be read without signing in.')),
                ('facts', models.JSONField(default=list, help_text='Of a course: what the filters ask, as [name, value] pairs.')),
                ('link', models.CharField(blank=True, help_text='A whole address, or what follows that of the page.', max_length=200)),
                ('title', models.CharField(max_length=255)),
                ('text', models.TextField(blank=True)),
                ('title_words', models.TextField(blank=True)),
                ('words', models.TextField(blank=True, help_text='Those of the title among them.')),
            ],
            options={
                'verbose_name': 'text to be found',
                'verbose_name_plural': 'texts to be found',
                'constraints': [models.UniqueConstraint(fields=('kind', 'object_id', 'part', 'page'), name='search_text_once')],
            },
        ),
        migrations.RunPython(make_the_index, drop_the_index),
    ]
