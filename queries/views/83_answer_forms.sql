-- title: In which form an answer is stored
-- note: A digest stands for a long or a free text: two are the same or not. A class list holds `name: class` parts only.

create or replace macro is_digest(answer) as
    starts_with(answer, 'sha256:') or regexp_matches(answer, '(^|: )text [0-9a-f]{16}( x[0-9]+)?(;|$)');

create or replace macro is_class_list(answer) as
    answer = '(nothing)' or regexp_full_match(answer, '[^:;]{1,60}: [^;]+(; [^:;]{1,60}: [^;]+)*');
