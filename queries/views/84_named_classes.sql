-- title: The classes that an answer names
-- note: An answer lists `name: class` or `class`, with `x2` where one occurs twice. Null for no answer, a digest of a long one, free text, and answers that are no list of names.

create or replace macro named_classes(answer) as
    case
        when answer is null or is_digest(answer) or starts_with(answer, '{') then null
        else list_aggregate(list_sort(list_distinct(list_transform(
            string_split(answer, '; '),
            lambda part: regexp_replace(regexp_replace(part, ' x[0-9]+$', ''), '^[^:]*: ', '')
        ))), 'string_agg', ', ')
    end;
