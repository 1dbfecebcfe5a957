-- title: What counts as labeling and as modeling, under each definition
-- note: One row per definition and category; categories that are on neither side are absent.

create or replace view share_definition as
select definition, ordinal, category, side
from (values
    ('narrow', 1, 'labeling', 'labeling'),
    ('narrow', 1, 'modeling', 'modeling'),
    ('default', 2, 'labeling', 'labeling'),
    ('default', 2, 'review', 'labeling'),
    ('default', 2, 'labeling operations', 'labeling'),
    ('default', 2, 'modeling', 'modeling'),
    ('default', 2, 'evaluation', 'modeling'),
    ('with data preparation', 3, 'labeling', 'labeling'),
    ('with data preparation', 3, 'review', 'labeling'),
    ('with data preparation', 3, 'labeling operations', 'labeling'),
    ('with data preparation', 3, 'data preparation', 'labeling'),
    ('with data preparation', 3, 'modeling', 'modeling'),
    ('with data preparation', 3, 'evaluation', 'modeling'),
    ('broad', 4, 'labeling', 'labeling'),
    ('broad', 4, 'review', 'labeling'),
    ('broad', 4, 'labeling operations', 'labeling'),
    ('broad', 4, 'data preparation', 'labeling'),
    ('broad', 4, 'modeling', 'modeling'),
    ('broad', 4, 'evaluation', 'modeling'),
    ('broad', 4, 'deployment and operations', 'modeling')
) as definition_side(definition, ordinal, category, side);
