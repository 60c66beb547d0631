{% macro json_text(pairs) -%}
    {{ return(adapter.dispatch('json_text', 'cartera')(pairs)) }}
{%- endmacro %}

{% macro default__json_text(pairs) -%}
    to_json(named_struct({% for name, value in pairs.items() %}'{{ name }}', {{ value }}{{ ", " if not loop.last }}{% endfor %}), map('ignoreNullFields', 'false'))
{%- endmacro %}

{% macro duckdb__json_text(pairs) -%}
    cast(json_object({% for name, value in pairs.items() %}'{{ name }}', {{ value }}{{ ", " if not loop.last }}{% endfor %}) as varchar)
{%- endmacro %}

{% macro letters_and_digits(text) -%}
    {{ return(adapter.dispatch('letters_and_digits', 'cartera')(text)) }}
{%- endmacro %}

{% macro default__letters_and_digits(text) -%}
    regexp_replace(upper({{ text }}), '[^A-Z0-9]', '')
{%- endmacro %}

{% macro duckdb__letters_and_digits(text) -%}
    regexp_replace(upper({{ text }}), '[^A-Z0-9]', '', 'g')
{%- endmacro %}

{% macro numbered_words(relation, key, text) -%}
    {{ return(adapter.dispatch('numbered_words', 'cartera')(relation, key, text)) }}
{%- endmacro %}

{% macro default__numbered_words(relation, key, text) -%}
    select {{ key | join(', ') }}, position + 1 as word_no, word
    from {{ relation }}
    lateral view posexplode(split(trim(regexp_replace({{ text }}, '[^A-Z0-9]+', ' ')), ' ')) as position, word
    where word <> ''
{%- endmacro %}

{% macro duckdb__numbered_words(relation, key, text) -%}
    select {{ key | join(', ') }}, word_no, word
    from (
        select
            {{ key | join(', ') }},
            unnest(words) as word,
            unnest(generate_series(1, len(words))) as word_no
        from (
            select
                {{ key | join(', ') }},
                string_split(trim(regexp_replace({{ text }}, '[^A-Z0-9]+', ' ', 'g')), ' ') as words
            from {{ relation }}
        ) as split_texts
    ) as numbered
    where word <> ''
{%- endmacro %}
