"""PostgreSQL looks for long words one text after another, and stops when it has enough of them.

A word of three characters is indexed as two pairs; only the text tells whether they stand together. Asked from outside
the function, that read every text the pairs were in, two thousand at most, to show two hundred.
"""

from django.db import migrations

BEFORE = "catalogue_search_hits(boolean, tsquery, text[], bigint[], boolean, integer)"

# See 0005 for why the function leaves the planner only the index.
NOW = """
CREATE FUNCTION catalogue_search_hits(
    in_title boolean, wanted tsquery, kinds text[], courses bigint[], open_only boolean, long_words text[],
    looked_at integer, most integer
) RETURNS SETOF bigint LANGUAGE plpgsql STABLE SET enable_seqscan TO off SET enable_indexscan TO off AS $$
DECLARE
    candidate record;
    long_word text;
    have integer := 0;
BEGIN
    FOR candidate IN EXECUTE format(
        'SELECT s.id, s.title, s.text FROM catalogue_searchtext s
         WHERE s.%I @@ $1 AND s.kind = ANY($2) AND s.public AND (s.is_open OR NOT $3)
             AND ($4 IS NULL OR s.course_id = ANY($4))
         ORDER BY s.id DESC LIMIT $5', CASE WHEN in_title THEN 'title_vector' ELSE 'vector' END
    ) USING wanted, kinds, open_only, courses, CASE WHEN long_words = '{}' THEN most ELSE looked_at END
    LOOP
        FOREACH long_word IN ARRAY long_words LOOP
            CONTINUE WHEN strpos(candidate.title, long_word) > 0;
            IF in_title OR strpos(candidate.text, long_word) = 0 THEN
                candidate := NULL;
                EXIT;
            END IF;
        END LOOP;
        CONTINUE WHEN candidate IS NULL;
        RETURN NEXT candidate.id;
        have := have + 1;
        EXIT WHEN have >= most;
    END LOOP;
END
$$
"""

THEN = """
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
"""


def stop_early(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP FUNCTION {BEFORE}")
        schema_editor.execute(NOW, params=None)


def look_at_all(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION catalogue_search_hits")
        schema_editor.execute(THEN)


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0013_packages_in_lessons")]

    operations = [migrations.RunPython(stop_early, look_at_all)]
