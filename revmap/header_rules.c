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

/* The names of headers: which of them are mapped, and by which grammar. */

#include "revmap/header.h"

#include "apr_strings.h"

/* clang-format off */
#define LENGTH(name) (sizeof(name) - 1)

#define KNOWN(number, name, kind, use, preset) \
    [number] = { name, LENGTH(name), REVMAP_KIND_##kind, REVMAP_USE_##use, \
                 preset, number }

/* Those that are mapped by default, the usual ones first. */
enum {
    LOCATION, SET_COOKIE, CONTENT_LOCATION, URI, DESTINATION, LINK, REFRESH
};

/* The use counts for the kind url.  What a script reads and goes to is a
 * matter of its page; what a program reads may not be resolved at all. */
static const revmap_header known[REVMAP_KNOWN_HEADERS] = {
    /* mapped by default */
    KNOWN(LOCATION, "Location", URL, REDIRECT, NULL),
    KNOWN(SET_COOKIE, "Set-Cookie", COOKIE, REFERENCE, NULL),
    KNOWN(CONTENT_LOCATION, "Content-Location", URL, REFERENCE, NULL),
    KNOWN(URI, "URI", URL, REFERENCE, NULL),
    KNOWN(DESTINATION, "Destination", URL, REFERENCE, NULL),
    KNOWN(LINK, "Link", LINK, REFERENCE, NULL),
    KNOWN(REFRESH, "Refresh", REFRESH, REFERENCE, NULL),
    /* by name or preset */
    KNOWN(7, "Operation-Location", URL, REFERENCE, "@api"),
    KNOWN(8, "Azure-AsyncOperation", URL, REFERENCE, "@api"),
    KNOWN(9, "OData-EntityId", URL, REFERENCE, "@api"),
    KNOWN(10, "X-Pingback", URL, REFERENCE, "@api"),
    KNOWN(11, "HX-Redirect", URL, PAGE, "@frontend"),
    KNOWN(12, "HX-Push", URL, PAGE, "@frontend"),
    KNOWN(13, "HX-Push-Url", URL, PAGE, "@frontend"),
    KNOWN(14, "HX-Replace-Url", URL, PAGE, "@frontend"),
    KNOWN(15, "HX-Location", HTMX, REFERENCE, "@frontend"),
    KNOWN(16, "Turbolinks-Location", URL, PAGE, "@frontend"),
    KNOWN(17, "X-Inertia-Location", URL, PAGE, "@frontend"),
    KNOWN(18, "X-Up-Location", URL, PAGE, "@frontend"),
    KNOWN(19, "X-PJAX-URL", URL, PAGE, "@frontend"),
    KNOWN(20, "SourceMap", URL, REFERENCE, "@frontend"),
    KNOWN(21, "X-SourceMap", URL, REFERENCE, "@frontend"),
    KNOWN(22, "Service-Worker-Allowed", PATH, REFERENCE, "@frontend"),
    KNOWN(23, "SVN-Repository-Root", PATH, REFERENCE, "@dav"),
    KNOWN(24, "SVN-Me-Resource", PATH, REFERENCE, "@dav"),
    KNOWN(25, "SVN-Rev-Stub", PATH, REFERENCE, "@dav"),
    KNOWN(26, "SVN-Rev-Root-Stub", PATH, REFERENCE, "@dav"),
    KNOWN(27, "SVN-Txn-Stub", PATH, REFERENCE, "@dav"),
    KNOWN(28, "SVN-Txn-Root-Stub", PATH, REFERENCE, "@dav"),
    KNOWN(29, "SVN-VTxn-Stub", PATH, REFERENCE, "@dav"),
    KNOWN(30, "SVN-VTxn-Root-Stub", PATH, REFERENCE, "@dav"),
    KNOWN(31, "WWW-Authenticate", BEARER, REFERENCE, "@auth"),
    KNOWN(32, "Content-Security-Policy", ORIGINS, REFERENCE, NULL),
    KNOWN(33, "Content-Security-Policy-Report-Only", ORIGINS, REFERENCE, NULL),
    KNOWN(34, "Access-Control-Allow-Origin", ORIGINS, REFERENCE, NULL),
    KNOWN(35, "Timing-Allow-Origin", ORIGINS, REFERENCE, NULL),
};

static const revmap_header none = {
    "", 0, REVMAP_KIND_NONE, REVMAP_USE_REFERENCE, NULL, REVMAP_KNOWN_HEADERS
};

static const struct {
    const char *name;
    revmap_kind kind;
} kinds[] = {
    { "url",     REVMAP_KIND_URL },
    { "link",    REVMAP_KIND_LINK },
    { "refresh", REVMAP_KIND_REFRESH },
    { "cookie",  REVMAP_KIND_COOKIE },
    { "path",    REVMAP_KIND_PATH },
    { "htmx",    REVMAP_KIND_HTMX },
    { "bearer",  REVMAP_KIND_BEARER },
    { "origins", REVMAP_KIND_ORIGINS },
};

/* What people are told to choose from; keep it like the tables above. */
#define KINDS   "url, link, refresh, cookie, path, htmx, bearer or origins"
#define PRESETS "@api, @dav, @frontend or @auth"

/* Not for clients at all, or not meant to be followed by them. */
static const char *const never[] = {
    "Alt-Svc", "X-Accel-Redirect", "X-Sendfile",
};

/* There is no URL in them, and what is written into them breaks the message. */
static const char *const framing[] = {
    "Connection", "Content-Length", "Date", "Host", "Keep-Alive", "TE",
    "Trailer", "Transfer-Encoding", "Upgrade",
};
/* clang-format on */

#define COUNT(array) (int)(sizeof(array) / sizeof((array)[0]))

typedef struct revmap_header_rule {
    const char *name;
    const revmap_header *header;
} revmap_header_rule;

struct revmap_header_rules {
    apr_array_header_t *list; /* of revmap_header_rule */
};

/* Mostly they differ soon. */
static int same_name(const char *a, const char *b)
{
    while (*a
           && revmap_lower((unsigned char)*a)
                  == revmap_lower((unsigned char)*b)) {
        a++;
        b++;
    }
    return !*a && !*b;
}

/* Mostly they differ in length or in the first letter. */
static inline int is_named(const revmap_header *header, const char *name,
                           apr_size_t len)
{
    return header->len == len
           && revmap_lower((unsigned char)*header->name)
                  == revmap_lower((unsigned char)*name)
           && revmap_slice_equal_nocase(revmap_slice_make(header->name, len),
                                        revmap_slice_make(name, len));
}

static const revmap_header *find_known(const char *name)
{
    apr_size_t len = strlen(name);
    int i;

    for (i = 0; i < COUNT(known); i++) {
        if (is_named(&known[i], name, len)) {
            return &known[i];
        }
    }
    return NULL;
}

static void add_rule(revmap_map *map, const char *name,
                     const revmap_header *header)
{
    revmap_header_rule *rule;

    if (!map->headers) {
        map->headers = apr_palloc(map->pool, sizeof(*map->headers));
        map->headers->list =
            apr_array_make(map->pool, 4, sizeof(revmap_header_rule));
    }
    rule = apr_array_push(map->headers->list);
    rule->name = name;
    rule->header = header;
}

static const char *add_preset(revmap_map *map, const char *word)
{
    int added = 0;
    int i;

    for (i = 0; i < COUNT(known); i++) {
        if (known[i].preset && same_name(known[i].preset, word)) {
            add_rule(map, known[i].name, &known[i]);
            added = 1;
        }
    }
    return added ? NULL
                 : apr_psprintf(map->pool,
                                "unknown preset '%s': write " PRESETS, word);
}

static int is_one_of(const char *const *names, int count, const char *name)
{
    while (count && !same_name(names[count - 1], name)) {
        count--;
    }
    return count > 0;
}

static const char *check_name(apr_pool_t *pool, const char *name)
{
    if (same_name(name, "off")) {
        return apr_psprintf(pool,
                            "'%s' is not the name of a header: write 'none' to "
                            "map none",
                            name);
    }
    if (!revmap_is_token(name) || strchr("+!", *name)) {
        return apr_psprintf(pool,
                            "'%s' is not the name of a header: write it like "
                            "'Location' or 'X-My-Url=url'",
                            name);
    }
    if (is_one_of(framing, COUNT(framing), name)) {
        return apr_psprintf(pool,
                            "'%s' is never mapped: there is no URL in it, "
                            "write the name of a header that has one",
                            name);
    }
    if (is_one_of(never, COUNT(never), name)) {
        return apr_psprintf(pool,
                            "'%s' is never mapped: write 'Header unset %s' to "
                            "keep it from the client",
                            name, name);
    }
    return NULL;
}

static const char *read_kind(apr_pool_t *pool, const char *word,
                             revmap_kind *kind)
{
    int i;

    for (i = 0; i < COUNT(kinds); i++) {
        if (same_name(kinds[i].name, word)) {
            *kind = kinds[i].kind;
            return NULL;
        }
    }
    return apr_psprintf(pool, "unknown kind '%s': write " KINDS, word);
}

/* A known header is read by its own grammar or not at all. */
static const char *check_kind(apr_pool_t *pool, const revmap_header *header,
                              const char *word, revmap_kind kind)
{
    if (!header || header->kind == kind) {
        return NULL;
    }
    return apr_psprintf(pool,
                        "'%s' is no kind by which '%s' can be read: write "
                        "'%s', whose kind is known, or '-%s'",
                        word, header->name, header->name, header->name);
}

static int is_preset(const char *name)
{
    int i;

    for (i = 0; i < COUNT(known); i++) {
        if (known[i].preset && same_name(known[i].preset + 1, name)) {
            return 1;
        }
    }
    return 0;
}

static const char *kind_is_missing(apr_pool_t *pool, const char *name)
{
    if (is_preset(name)) {
        return apr_psprintf(pool, "'%s' is a preset: write '@%s'", name, name);
    }
    return apr_psprintf(pool,
                        "the kind of '%s' is not known: write '%s=url', a kind "
                        "being " KINDS,
                        name, name);
}

static const revmap_header *make_header(apr_pool_t *pool, const char *name,
                                        revmap_kind kind)
{
    revmap_header *header = apr_pmemdup(pool, &none, sizeof(none));

    header->name = name;
    header->len = strlen(name);
    header->kind = kind;
    return header;
}

static const char *add_named(revmap_map *map, const char *word)
{
    const char *equals = strchr(word, '=');
    const char *name =
        equals ? apr_pstrmemdup(map->pool, word, (apr_size_t)(equals - word))
               : apr_pstrdup(map->pool, word);
    const char *error = check_name(map->pool, name);
    const revmap_header *header = find_known(name);
    revmap_kind kind = REVMAP_KIND_NONE;

    if (!error && equals) {
        error = read_kind(map->pool, equals + 1, &kind);
        if (!error) {
            error = check_kind(map->pool, header, equals + 1, kind);
        }
    }
    else if (!error && !header) {
        error = kind_is_missing(map->pool, name);
    }
    if (!error) {
        add_rule(map, name,
                 header ? header : make_header(map->pool, name, kind));
    }
    return error;
}

const char *revmap_header_add(revmap_map *map, const char *word)
{
    const char *error;

    if (*word == '@') {
        return add_preset(map, word);
    }
    if (*word != '-') {
        return add_named(map, word);
    }
    if (word[1] == '@') {
        return apr_psprintf(map->pool,
                            "'%s' takes no preset out: write '-' in front of "
                            "each of its headers",
                            word);
    }
    error = check_name(map->pool, word + 1);
    if (!error) {
        add_rule(map, apr_pstrdup(map->pool, word + 1), &none);
    }
    return error;
}

/* The last word of a section about a header counts. */
static const revmap_header_rule *find_rule(const revmap_header_rules *rules,
                                           const char *name)
{
    int i = rules ? rules->list->nelts : 0;

    while (i-- > 0) {
        const revmap_header_rule *rule =
            &APR_ARRAY_IDX(rules->list, i, revmap_header_rule);

        if (same_name(rule->name, name)) {
            return rule;
        }
    }
    return NULL;
}

/* Two letters make a number, which is the same in upper and lower case. */
#define FIRST_TWO(a, b) (((unsigned char)(a) + (unsigned char)(b)) % 32u)

/* Those that are mapped by default, by the first two letters of their names.
 * If two had the same number, compilers would warn. */
static const revmap_header *const defaults[32] = {
    [FIRST_TWO('L', 'o')] = &known[LOCATION],
    [FIRST_TWO('C', 'o')] = &known[CONTENT_LOCATION],
    [FIRST_TWO('U', 'R')] = &known[URI],
    [FIRST_TWO('D', 'e')] = &known[DESTINATION],
    [FIRST_TWO('L', 'i')] = &known[LINK],
    [FIRST_TWO('R', 'e')] = &known[REFRESH],
    [FIRST_TWO('S', 'e')] = &known[SET_COOKIE],
};

/* It is the fate of most headers not to be mapped. */
static inline const revmap_header *find_default(const char *name)
{
    const revmap_header *header =
        *name ? defaults[FIRST_TWO(name[0], name[1])] : NULL;

    return header && header->len == strlen(name)
                   && revmap_same_nocase(header->name, name, header->len)
               ? header
               : &none;
}

const revmap_scope *revmap_header_scope(const revmap_scope *scope)
{
    while (scope && !scope->map->headers
           && !(scope->map->fresh & REVMAP_FRESH_HEADERS)) {
        scope = scope->outer;
    }
    return scope;
}

const revmap_header *revmap_header_find(const revmap_scope *scope,
                                        const char *name)
{
    for (; scope; scope = scope->outer) {
        const revmap_header_rule *rule =
            scope->map->headers ? find_rule(scope->map->headers, name) : NULL;

        if (rule) {
            return rule->header;
        }
        if (scope->map->fresh & REVMAP_FRESH_HEADERS) {
            return &none;
        }
    }
    return find_default(name);
}

apr_table_entry_t *revmap_header_next(const revmap_scope *scope,
                                      apr_table_entry_t *field,
                                      const apr_table_entry_t *end,
                                      const revmap_header **header)
{
    for (; field < end; field++) {
        const revmap_header *found = scope
                                         ? revmap_header_find(scope, field->key)
                                         : find_default(field->key);

        if (found->kind != REVMAP_KIND_NONE) {
            *header = found;
            break;
        }
    }
    return field;
}

const char *revmap_header_name(unsigned int number)
{
    return known[number].name;
}
