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

#include "revmap/cookie_line.h"

#include "apr_strings.h"

/* The lines of one section. */
struct revmap_cookie_lines {
    revmap_index *exact;          /* the first one of each name */
    revmap_index *renames;        /* by the new name */
    apr_array_header_t *patterns; /* of revmap_cookie_line pointers */
    unsigned int count;
};

static revmap_key key_of_name(revmap_slice name)
{
    return revmap_key_make(NULL, name);
}

static revmap_key key_of_line(const void *entry)
{
    return key_of_name(((const revmap_cookie_line *)entry)->name);
}

static revmap_key key_of_rename(const void *entry)
{
    const revmap_cookie_line *line = entry;

    return key_of_name(revmap_slice_of(line->says[REVMAP_COOKIE_NAME]));
}

static struct revmap_cookie_lines *lines_of(revmap_map *map)
{
    if (!map->cookies) {
        map->cookies = apr_pcalloc(map->pool, sizeof(*map->cookies));
        map->cookies->exact = revmap_index_create(map->pool, key_of_line);
        map->cookies->renames = revmap_index_create(map->pool, key_of_rename);
        map->cookies->patterns =
            apr_array_make(map->pool, 2, sizeof(revmap_cookie_line *));
        map->holds |= REVMAP_HOLDS_COOKIES;
    }
    return map->cookies;
}

static void add_exact(struct revmap_cookie_lines *lines,
                      revmap_cookie_line *line)
{
    revmap_cookie_line *first =
        revmap_index_get(lines->exact, key_of_line(line));

    if (first) {
        first->last->next = line;
        first->last = line;
    }
    else {
        line->last = line;
        revmap_index_add(lines->exact, line);
    }
}

/* Two cookies of one name could not be told apart when they come back. */
static const char *add_rename(apr_pool_t *pool,
                              struct revmap_cookie_lines *lines,
                              revmap_cookie_line *line)
{
    const revmap_cookie_line *older =
        revmap_index_get(lines->renames, key_of_rename(line));

    if (!older) {
        revmap_index_add(lines->renames, line);
    }
    else if (!revmap_slice_equal(older->name, line->name)) {
        return apr_psprintf(pool,
                            "'%s' is what '%.*s' is renamed to on line %u of "
                            "%s: write another name",
                            line->says[REVMAP_COOKIE_NAME],
                            (int)older->name.len, older->name.ptr,
                            older->place.line, older->place.file);
    }
    return NULL;
}

const char *revmap_cookie_line_add(revmap_map *map, revmap_cookie_line *line)
{
    struct revmap_cookie_lines *lines = lines_of(map);

    line->order = lines->count++;
    line->next = NULL;
    if (line->how == REVMAP_MATCH_EXACT) {
        add_exact(lines, line);
    }
    else {
        APR_ARRAY_PUSH(lines->patterns, revmap_cookie_line *) = line;
    }
    return line->says[REVMAP_COOKIE_NAME] ? add_rename(map->pool, lines, line)
                                          : NULL;
}

/* ---- what is said of a cookie ------------------------------------------- */

/* A cookie for which lines are looked for. */
typedef struct revmap_subject {
    revmap_slice name;
    const char *text; /* the same for a regex; NULL: not asked for yet */
    apr_pool_t *pool;
} revmap_subject;

static int matches(const revmap_cookie_line *line, revmap_subject *subject)
{
    if (line->how == REVMAP_MATCH_REGEX) {
        revmap_slice groups[10];

        if (!subject->text) {
            subject->text = revmap_slice_join(subject->pool, &subject->name, 1);
        }
        return line->match(line->regex, subject->text, groups);
    }
    return revmap_slice_begins_with(subject->name, line->name);
}

/* "keep" does away with what has been said so far. */
static void take(revmap_cookie_wishes *wishes, const revmap_cookie_line *line)
{
    const char *scope = line->says[REVMAP_COOKIE_SCOPE];
    int i;

    if (scope && strcmp(scope, "keep") == 0) {
        memset(wishes, 0, sizeof(*wishes));
    }
    for (i = 0; i < REVMAP_COOKIE_ASPECTS; i++) {
        if (line->says[i]) {
            wishes->by[i] = line;
        }
    }
}

/* Those of the name and those of a pattern in the order of the section. */
static void take_lines(revmap_cookie_wishes *wishes,
                       const struct revmap_cookie_lines *lines,
                       revmap_subject *subject)
{
    const revmap_cookie_line *exact =
        revmap_index_get(lines->exact, key_of_name(subject->name));
    int i = 0;

    while (exact || i < lines->patterns->nelts) {
        const revmap_cookie_line *pattern =
            i < lines->patterns->nelts
                ? APR_ARRAY_IDX(lines->patterns, i, revmap_cookie_line *)
                : NULL;

        if (exact && (!pattern || exact->order < pattern->order)) {
            take(wishes, exact);
            exact = exact->next;
        }
        else {
            if (matches(pattern, subject)) {
                take(wishes, pattern);
            }
            i++;
        }
    }
}

static void take_scope(revmap_cookie_wishes *wishes, const revmap_scope *scope,
                       revmap_subject *subject)
{
    const revmap_scope *outer = revmap_scope_next(scope, REVMAP_FRESH_COOKIES);

    if (outer) {
        take_scope(wishes, outer, subject);
    }
    if (scope->map->cookies) {
        take_lines(wishes, scope->map->cookies, subject);
    }
}

void revmap_cookie_wishes_of(const revmap_scope *scope, revmap_slice name,
                             apr_pool_t *pool, revmap_cookie_wishes *wishes)
{
    revmap_subject subject;

    memset(wishes, 0, sizeof(*wishes));
    subject.name = name;
    subject.text = NULL;
    subject.pool = pool;
    if (scope) {
        take_scope(wishes, scope, &subject);
    }
}

/* ---- names -------------------------------------------------------------- */

static int has_renames(const struct revmap_cookie_lines *lines)
{
    return lines && revmap_index_count(lines->renames);
}

int revmap_cookie_renames(const revmap_scope *scope)
{
    while (scope && !has_renames(scope->map->cookies)) {
        scope = revmap_scope_next(scope, REVMAP_FRESH_COOKIES);
    }
    return scope != NULL;
}

/* Only a line for exactly this name can rename the cookie. */
static int may_be_renamed(const revmap_scope *scope, revmap_slice name)
{
    for (; scope; scope = revmap_scope_next(scope, REVMAP_FRESH_COOKIES)) {
        const struct revmap_cookie_lines *lines = scope->map->cookies;

        if (has_renames(lines)
            && revmap_index_get(lines->exact, key_of_name(name))) {
            return 1;
        }
    }
    return 0;
}

const revmap_cookie_line *revmap_cookie_renaming(const revmap_scope *scope,
                                                 revmap_slice name,
                                                 apr_pool_t *pool)
{
    revmap_cookie_wishes wishes;

    if (!may_be_renamed(scope, name)) {
        return NULL;
    }
    revmap_cookie_wishes_of(scope, name, pool, &wishes);
    return wishes.by[REVMAP_COOKIE_NAME];
}

/* A line that another one overrides renames nothing. */
const revmap_cookie_line *revmap_cookie_renamed(const revmap_scope *scope,
                                                revmap_slice name,
                                                apr_pool_t *pool)
{
    const revmap_scope *at = scope;

    for (; at; at = revmap_scope_next(at, REVMAP_FRESH_COOKIES)) {
        const struct revmap_cookie_lines *lines = at->map->cookies;
        const revmap_cookie_line *line =
            lines ? revmap_index_get(lines->renames, key_of_name(name)) : NULL;
        const revmap_cookie_line *holds =
            line ? revmap_cookie_renaming(scope, line->name, pool) : NULL;

        if (holds
            && revmap_slice_equal(
                revmap_slice_of(holds->says[REVMAP_COOKIE_NAME]), name)) {
            return holds;
        }
    }
    return NULL;
}
