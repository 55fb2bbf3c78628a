/* Licensed under the Apache License, Version 2.0 (the
 * "License"); you may not use this file except in compliance with the
 * License.  You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

#include "revmap/query.h"
#include "revmap/coded.h"
#include "revmap/cursor.h"

#include "apr_strings.h"

/* ---- the names ---------------------------------------------------------- */

const char *revmap_query_add(revmap_map *map, const char *word)
{
    size_t len = strcspn(word, "=&?#,*%");

    if (!len || word[len]) {
        return apr_psprintf(map->pool,
                            "'%s' is not the name of a parameter: write it "
                            "like 'next' or 'a[b]', without escapes, and "
                            "blanks between names",
                            word);
    }
    if (revmap_slice_equal_nocase(revmap_slice_of(word),
                                  REVMAP_LITERAL("off"))) {
        return apr_psprintf(map->pool,
                            "'%s' is not the name of a parameter: write "
                            "'none' to forget outer names",
                            word);
    }
    if (!map->query) {
        map->query = apr_array_make(map->pool, 2, sizeof(const char *));
        map->holds |= REVMAP_HOLDS_QUERY;
    }
    APR_ARRAY_PUSH(map->query, const char *) = apr_pstrdup(map->pool, word);
    return NULL;
}

static int is_among(const apr_array_header_t *names, revmap_slice name)
{
    int i;

    for (i = 0; names && i < names->nelts; i++) {
        if (revmap_slice_equal(
                name, revmap_slice_of(APR_ARRAY_IDX(names, i, const char *)))) {
            return 1;
        }
    }
    return 0;
}

static int is_named(const revmap_scope *scope, revmap_slice raw,
                    apr_pool_t *pool)
{
    revmap_coded name;

    if (!revmap_coded_query(&name, raw, pool)) {
        return 0;
    }
    while (scope && !is_among(scope->map->query, name.text)) {
        scope = revmap_scope_next(scope, REVMAP_FRESH_QUERY);
    }
    return scope != NULL;
}

/* ---- in the style of a value -------------------------------------------- */

enum {
    NOT_SEEN = 0,
    SPELLED_PLAIN,
    SPELLED_ESCAPED
};

/* How a value spells each byte, where it has it first. */
typedef struct revmap_style {
    char spelling[256];
    const char *digits;
} revmap_style;

/* The first letter among the digits of an escape tells the case of all. */
static void read_digits(revmap_style *style, revmap_slice escape)
{
    apr_size_t i;

    for (i = 1; i < escape.len && !style->digits; i++) {
        if (escape.ptr[i] >= 'a') {
            style->digits = "0123456789abcdef";
        }
        else if (escape.ptr[i] >= 'A') {
            style->digits = "0123456789ABCDEF";
        }
    }
}

static void read_style(revmap_style *style, const revmap_coded *value)
{
    const char *c = value->raw.ptr;
    apr_size_t i;

    memset(style, 0, sizeof(*style));
    for (i = 0; i < value->text.len; i++) {
        char *spelling = &style->spelling[(unsigned char)value->text.ptr[i]];

        if (*c == '%') {
            read_digits(style, revmap_slice_make(c, 3));
        }
        if (*spelling == NOT_SEEN) {
            *spelling =
                *c == '%' || *c == '+' ? SPELLED_ESCAPED : SPELLED_PLAIN;
        }
        c += *c == '%' ? 3 : 1;
    }
    if (!style->digits) {
        style->digits = "0123456789ABCDEF";
    }
}

/* As the value has it; otherwise what is reserved is escaped (RFC 3986 section
 * 2.2), and what may not stand in a query anyway. */
static int is_plain(const revmap_style *style, unsigned char c)
{
    if (style->spelling[c] == NOT_SEEN) {
        return revmap_is_unreserved(c);
    }
    return style->spelling[c] == SPELLED_PLAIN
           && (revmap_is_unreserved(c) || (c && strchr("!$'()*,;:@/?=", c)));
}

static revmap_slice encode(const revmap_style *style, revmap_slice text,
                           apr_pool_t *pool)
{
    char *to = apr_palloc(pool, text.len * 3);
    revmap_slice encoded = revmap_slice_make(to, 0);
    apr_size_t i;

    for (i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];

        if (is_plain(style, c)) {
            *to++ = (char)c;
        }
        else {
            *to++ = '%';
            *to++ = style->digits[c >> 4];
            *to++ = style->digits[c & 15];
        }
    }
    encoded.len = (apr_size_t)(to - encoded.ptr);
    return encoded;
}

/* What was decoded goes back as it stood there. */
static void write_value(revmap_query_edit *edit, revmap_coded *value,
                        const revmap_result *result, apr_pool_t *pool)
{
    revmap_style style;
    int i;

    read_style(&style, value);
    for (i = 0; i < result->parts; i++) {
        edit->part[i] = revmap_coded_holds(value, result->part[i])
                            ? revmap_coded_raw(value, result->part[i])
                            : encode(&style, result->part[i], pool);
    }
    edit->parts = result->parts;
}

/* ---- the query ---------------------------------------------------------- */

/* "http:" or "https:", in any case */
static int begins_as_url(revmap_slice text)
{
    const char *colon = memchr(text.ptr, ':', text.len < 6 ? text.len : 6);
    revmap_slice scheme =
        revmap_slice_make(text.ptr, colon ? (apr_size_t)(colon - text.ptr) : 0);

    return revmap_slice_equal_nocase(scheme, REVMAP_LITERAL("http"))
           || revmap_slice_equal_nocase(scheme, REVMAP_LITERAL("https"));
}

/* Who goes there may take blanks off the end first, or not: "/.. " is one
 * path or another. */
static int ends_with_blank(revmap_slice text)
{
    return text.len && revmap_is_blank(text.ptr[text.len - 1]);
}

static void map_value(const revmap_exchange *exchange, revmap_slice raw,
                      apr_array_header_t **edits, apr_pool_t *pool)
{
    revmap_coded value;
    revmap_result result;
    revmap_query_edit *edit;

    if (!revmap_coded_query(&value, raw, pool) || !begins_as_url(value.text)
        || ends_with_blank(value.text)) {
        return;
    }
    revmap_evaluate(exchange, value.text, REVMAP_USE_ABSOLUTE, pool, &result);
    if (result.reason != REVMAP_MAPPED) {
        return;
    }
    if (!*edits) {
        *edits = apr_array_make(pool, 1, sizeof(revmap_query_edit));
    }
    edit = apr_array_push(*edits);
    edit->old = raw;
    write_value(edit, &value, &result, pool);
    edit->place = result.place;
}

/* The URL's query without its '?'; it may be empty. */
static revmap_slice query_of(revmap_slice url)
{
    revmap_slice none = revmap_slice_from(url, url.len);
    revmap_slice query;
    revmap_url parsed;

    if (!url.len || !memchr(url.ptr, '?', url.len)
        || revmap_url_parse(&parsed, url)) {
        return none;
    }
    query = revmap_suffix_query(parsed.suffix);
    return query.len ? revmap_slice_from(query, 1) : none;
}

const apr_array_header_t *revmap_query_map(const revmap_exchange *exchange,
                                           revmap_slice url, apr_pool_t *pool)
{
    apr_array_header_t *edits = NULL;
    revmap_slice rest;

    if (!(exchange->holds & REVMAP_HOLDS_QUERY)) {
        return NULL;
    }
    rest = query_of(url);
    do {
        revmap_slice value = revmap_take_until(&rest, "&");
        revmap_slice name = revmap_take_until(&value, "=");

        if (revmap_take(&value, "=") && is_named(exchange->scope, name, pool)) {
            map_value(exchange, value, &edits, pool);
        }
    } while (revmap_take(&rest, "&"));
    return edits;
}

const char *revmap_query_join(apr_pool_t *pool, revmap_slice url,
                              const apr_array_header_t *edits)
{
    apr_array_header_t *parts = apr_array_make(pool, 8, sizeof(revmap_slice));
    int i;
    int j;

    for (i = 0; i < edits->nelts; i++) {
        const revmap_query_edit *edit =
            &APR_ARRAY_IDX(edits, i, const revmap_query_edit);
        apr_size_t kept = (apr_size_t)(edit->old.ptr - url.ptr);

        APR_ARRAY_PUSH(parts, revmap_slice) = revmap_slice_make(url.ptr, kept);
        for (j = 0; j < edit->parts; j++) {
            APR_ARRAY_PUSH(parts, revmap_slice) = edit->part[j];
        }
        url = revmap_slice_from(url, kept + edit->old.len);
    }
    APR_ARRAY_PUSH(parts, revmap_slice) = url;
    return revmap_slice_join(pool, (const revmap_slice *)parts->elts,
                             parts->nelts);
}
