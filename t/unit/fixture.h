/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A configuration and one request, each in a few lines, so that the tests
 * are flat tables:
 *
 *     static const setting map_c = {
 *         .lines = {"/p/ http://b.test:8080/"},
 *         .requested = "http://b.test:8080/page",
 *         .asked = "https://pub.test/p/page",
 *     };
 *     world w = world_of(&map_c);
 *     evaluate(&w, "/login", REVMAP_USE_REDIRECT, &result)   gives "/p/login"
 *
 * A line is one of
 *
 *     PUBLIC BACKEND             RevMap
 *     ! BACKEND                  RevMap !
 *     derived PUBLIC BACKEND     a rule that nobody wrote
 *     rewrite REGEX PUBLIC       RevMapRewrite
 *     header WORD                RevMapHeader
 *     request WORD               RevMapRequest
 *     cookie NAME ACTION ...     RevMapCookie, or RevMapCookie none
 *     query WORD                 RevMapQuery
 *     cookiepath A B             RevMapCookiePath
 *     cookiedomain A B           RevMapCookieDomain
 *     none                       RevMap none
 *     <inner>                    what follows is in a section inside
 *     <other>                    what follows is in a section that does not
 *                                apply to the request
 *     <made>                     what follows is made for the request
 */

#ifndef FIXTURE_H
#define FIXTURE_H

#include "revmap/cookie.h"
#include "revmap/cookie_return.h"
#include "revmap/cookie_rule.h"
#include "revmap/cookie_line.h"
#include "revmap/forward_header.h"
#include "revmap/header.h"
#include "revmap/query.h"
#include "revmap/survey.h"
#include "revmap/rewrite.h"
#include "revmap/side.h"

#include "apr_general.h"
#include "apr_strings.h"

#include <regex.h>

#include "tap.h"

typedef struct setting {
    const char *lines[16];
    const char *requested; /* from the backend; NULL: a gateway */
    const char *asked;     /* by the client */
    const char *told;      /* the public authority that the backend knows */
    const char *own;       /* RevMapOrigin, or the name of the site */
    int absolute;          /* RevMapOrigin is not auto */
    int posted;            /* the client would not repeat its method */
    int is_200;            /* no redirect */
} setting;

typedef struct world {
    apr_pool_t *pool;
    revmap_mounts *mounts;
    revmap_map *map;
    revmap_map *derived;
    apr_array_header_t *maps; /* of revmap_map pointers: all of them */
    revmap_map *file;         /* of a map file, which is none of these */
    revmap_map *made;         /* for the request, neither */
    revmap_scope *scope;
    revmap_exchange exchange;
} world;

/* A small linear generator: the same on each machine. */
static inline unsigned int random_below(unsigned int limit)
{
    static apr_uint64_t state = 20240229;

    state = state * APR_UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (unsigned int)(state >> 33) % limit;
}

static inline apr_pool_t *new_pool(void)
{
    static int ready;
    apr_pool_t *pool;

    if (!ready++) {
        apr_initialize();
    }
    apr_pool_create(&pool, NULL);
    return pool;
}

static inline void must(const char *error, const char *line)
{
    if (error) {
        fprintf(stderr, "Bail out! fixture \"%s\": %s\n", line, error);
        exit(1);
    }
}

/* What the engine is given ends where its memory ends. */
static inline revmap_slice exact_slice(const char *text)
{
    return revmap_slice_make(exact_mem(text, strlen(text)), strlen(text));
}

static inline void free_slice(revmap_slice slice)
{
    free((void *)(size_t)slice.ptr);
}

static inline const char *string_of(apr_pool_t *pool, revmap_slice slice)
{
    return slice.len ? apr_pstrmemdup(pool, slice.ptr, slice.len) : "";
}

static inline revmap_place place_of_line(int line)
{
    revmap_place place;

    place.file = "test.conf";
    place.line = (unsigned int)line;
    return place;
}

/* public_side "!" excludes. */
static inline const revmap_rule *rule_at(revmap_map *map,
                                         const char *public_side,
                                         const char *backend_side, int line)
{
    const revmap_rule *twice;
    revmap_side_kind kind;
    revmap_side open;
    revmap_side back;
    int excluded = !strcmp(public_side, "!");

    if (!excluded) {
        must(revmap_side_parse_public(map->pool, &open, public_side),
             public_side);
    }
    must(revmap_side_parse_backend(map->pool, &back, &kind, backend_side),
         backend_side);
    return revmap_map_add(map, excluded ? NULL : &open, &back,
                          place_of_line(line), &twice);
}

static inline const revmap_rule *rule(revmap_map *map, const char *public_side,
                                      const char *backend_side)
{
    return rule_at(map, public_side, backend_side, 0);
}

static inline apr_status_t free_regex(void *regex)
{
    regfree(regex);
    return APR_SUCCESS;
}

static inline const void *posix_regex(apr_pool_t *pool, const char *pattern)
{
    regex_t *regex = apr_pcalloc(pool, sizeof(*regex));

    if (regcomp(regex, pattern, REG_EXTENDED)) {
        must("does not compile", pattern);
    }
    apr_pool_cleanup_register(pool, regex, free_regex, apr_pool_cleanup_null);
    return regex;
}

/* It must match as a whole, as RevMapRewrite promises. */
static inline int match_posix(const void *regex, const char *subject,
                              revmap_slice groups[10])
{
    regmatch_t found[10];
    int i;

    if (regexec(regex, subject, 10, found, 0) || found[0].rm_so
        || subject[found[0].rm_eo]) {
        return 0;
    }
    for (i = 0; i < 10; i++) {
        if (found[i].rm_so >= 0) {
            groups[i] = revmap_slice_make(
                subject + found[i].rm_so,
                (apr_size_t)(found[i].rm_eo - found[i].rm_so));
        }
    }
    return 1;
}

static inline void rewrite_at(revmap_map *map, const char *pattern,
                              const char *public_side, int line)
{
    revmap_rewrite *made = apr_pcalloc(map->pool, sizeof(*made));
    const regex_t *regex = posix_regex(map->pool, pattern);

    made->place = place_of_line(line);
    made->regex = regex;
    made->match = match_posix;
    made->on_path = *pattern == '/';
    must(revmap_rewrite_parse(map->pool, made,
                              apr_pstrdup(map->pool, public_side),
                              (int)regex->re_nsub),
         public_side);
    revmap_map_add_rewrite(map, made);
}

static inline void cookie_line(revmap_map *map, int is_path, const char *a,
                               const char *b)
{
    revmap_cookie_rule *made = apr_pcalloc(map->pool, sizeof(*made));

    a = apr_pstrdup(map->pool, a);
    b = apr_pstrdup(map->pool, b);
    must(is_path ? revmap_cookie_path_rule(map->pool, made, a, b)
                 : revmap_cookie_domain_rule(map->pool, made, a, b),
         a);
    revmap_map_add_cookie_rule(
        map, is_path ? REVMAP_HOLDS_COOKIE_PATHS : REVMAP_HOLDS_COOKIE_DOMAINS,
        made);
}

/* It may match anywhere, as RevMapCookie has it. */
static inline int find_posix(const void *regex, const char *subject,
                             revmap_slice groups[10])
{
    return regexec(regex, subject, 0, NULL, 0) == 0;
}

/* @return NULL, or what is wrong with the line */
static inline const char *cookie_words(revmap_map *map, const char *text,
                                       int line)
{
    revmap_cookie_line *made = apr_pcalloc(map->pool, sizeof(*made));
    const char *error;
    char **words;
    int count = 0;

    apr_tokenize_to_argv(text, &words, map->pool);
    while (words[count]) {
        count++;
    }
    if (!strcmp(words[0], "none")) {
        revmap_map_start_afresh(map, REVMAP_FRESH_COOKIES);
        return NULL;
    }
    made->place = place_of_line(line);
    error = revmap_cookie_line_parse(map->pool, made, words, count);
    if (!error && made->how == REVMAP_MATCH_REGEX) {
        made->regex = posix_regex(map->pool, words[0] + 1);
        made->match = find_posix;
    }
    return error ? error : revmap_cookie_line_add(map, made);
}

static inline void begin_section(world *w, int applies)
{
    revmap_scope *scope;

    /* What is derived comes behind what is written. */
    w->derived = revmap_map_create(w->pool, w->mounts);
    w->derived->is_derived = 1;
    w->map = revmap_map_create(w->pool, w->mounts);
    APR_ARRAY_PUSH(w->maps, revmap_map *) = w->derived;
    APR_ARRAY_PUSH(w->maps, revmap_map *) = w->map;
    if (applies) {
        scope = apr_palloc(w->pool, 2 * sizeof(*scope));
        scope[0].map = w->map;
        scope[0].outer = &scope[1];
        scope[1].map = w->derived;
        scope[1].outer = w->scope;
        w->scope = scope;
    }
}

/* A map with mounts of its own, in force here or not; the mounts of all
 * sections count, too. */
static inline revmap_map *begin_map(world *w, int applies)
{
    w->map = revmap_map_create(w->pool, revmap_mounts_create(w->pool));
    if (applies) {
        revmap_scope *scope = apr_palloc(w->pool, sizeof(*scope));

        scope->map = w->map;
        scope->outer = w->scope;
        w->scope = scope;
    }
    return w->map;
}

static inline void begin_file(world *w, int applies)
{
    w->file = begin_map(w, applies);
}

static inline void read_line(world *w, const char *line, int number)
{
    char word[3][600] = {"", "", ""};

    sscanf(line, "%599s %599s %599s", word[0], word[1], word[2]);
    if (strstr(line, "file>")) {
        begin_file(w, !strcmp(line, "<file>"));
    }
    else if (!strcmp(line, "<made>")) {
        w->made = begin_map(w, 1);
    }
    else if (*line == '<') {
        begin_section(w, !strcmp(line, "<inner>"));
    }
    else if (!strcmp(line, "none")) {
        revmap_map_start_afresh(w->map, REVMAP_FRESH_RULES);
    }
    else if (!strcmp(word[0], "derived")) {
        rule_at(w->derived, word[1], word[2], number);
    }
    else if (!strcmp(word[0], "rewrite")) {
        rewrite_at(w->map, word[1], word[2], number);
    }
    else if (!strcmp(word[0], "header")) {
        must(revmap_header_add(w->map, word[1]), line);
    }
    else if (!strcmp(line, "request none")) {
        revmap_map_start_afresh(w->map, REVMAP_FRESH_REQUEST);
    }
    else if (!strcmp(word[0], "request")) {
        must(revmap_forward_header_add(w->map, word[1]), line);
    }
    else if (!strcmp(word[0], "cookie")) {
        must(cookie_words(w->map, line + strlen("cookie "), number), line);
    }
    else if (!strcmp(word[0], "query")) {
        must(revmap_query_add(w->map, word[1]), line);
    }
    else if (!strncmp(word[0], "cookie", 6)) {
        cookie_line(w->map, !strcmp(word[0], "cookiepath"), word[1], word[2]);
    }
    else {
        rule_at(w->map, word[0], word[1], number);
    }
}

static inline const revmap_origin *origin_of_text(apr_pool_t *pool,
                                                  const char *text)
{
    revmap_site site;
    revmap_origin *origin = apr_palloc(pool, sizeof(*origin));

    if (!text) {
        return NULL;
    }
    must(revmap_site_parse(pool, &site, apr_pstrdup(pool, text)), text);
    *origin = site.origin;
    return origin;
}

static inline const revmap_site *site_of_text(apr_pool_t *pool,
                                              const char *text)
{
    revmap_site *site = apr_pcalloc(pool, sizeof(*site));

    if (!text) {
        return NULL;
    }
    must(revmap_site_parse(pool, site, apr_pstrdup(pool, text)), text);
    return site;
}

static inline void take_apart(apr_pool_t *pool, const char *text,
                              const revmap_origin **origin, revmap_slice *site,
                              revmap_slice *target)
{
    revmap_origin *copy = apr_palloc(pool, sizeof(*copy));
    revmap_url url;

    must(revmap_url_parse(&url, revmap_slice_of(apr_pstrdup(pool, text)))
             ? "is no URL"
             : NULL,
         text);
    *copy = url.origin;
    *origin = copy;
    *site = url.site;
    *target = revmap_slice_make(
        url.path.ptr, url.path.len + revmap_suffix_query(url.suffix).len);
}

static inline const revmap_mounts *mounts_of(const world *w)
{
    const revmap_map *beside = w->made ? w->made : w->file;
    revmap_mounts *mounts;

    if (!beside) {
        return w->mounts;
    }
    mounts = apr_pmemdup(w->pool, beside->mounts, sizeof(*mounts));
    mounts->outer = w->mounts;
    return mounts;
}

static inline void begin_exchange(world *w, const setting *from)
{
    revmap_exchange *exchange = &w->exchange;
    revmap_slice site;
    revmap_slice target;

    memset(exchange, 0, sizeof(*exchange));
    exchange->pool = w->pool;
    exchange->scope = w->scope;
    exchange->mounts = mounts_of(w);
    exchange->backend_target = REVMAP_LITERAL("");
    if (from->requested) {
        take_apart(w->pool, from->requested, &exchange->backend,
                   &exchange->backend_site, &exchange->backend_target);
    }
    take_apart(w->pool, from->asked, &exchange->asked, &site, &target);
    exchange->public_path = revmap_slice_before(target, '?');
    exchange->public_query =
        revmap_slice_from(target, exchange->public_path.len);
    if (!exchange->public_path.len) {
        exchange->public_path = REVMAP_LITERAL("/");
    }
    exchange->told = origin_of_text(w->pool, from->told);
    exchange->own = site_of_text(w->pool, from->own);
    exchange->is_redirect = !from->is_200;
    exchange->repeats = !from->posted;
    exchange->absolute_redirects = from->absolute;
    revmap_exchange_prepare(exchange);
}

static inline int is_told(const void *told, const revmap_origin *origin)
{
    return told && revmap_origin_same_host(told, origin);
}

/* As RevMapFile does it. */
static inline void survey_file(world *w, const revmap_survey *written,
                               const revmap_origin *told)
{
    revmap_survey *made = revmap_survey_create(w->pool);
    int stands_alone =
        !revmap_survey_has_rules(written) && w->scope->map == w->file;

    revmap_survey_set_others(made, written);
    revmap_survey_add(made, w->file, stands_alone, w->file->mounts, is_told,
                      told);
    revmap_survey_end(made);
}

static inline void survey(world *w, const setting *from)
{
    revmap_survey *made = revmap_survey_create(w->pool);
    const revmap_origin *told = origin_of_text(w->pool, from->told);
    int i;

    for (i = 0; i < w->maps->nelts; i++) {
        revmap_survey_add(made, APR_ARRAY_IDX(w->maps, i, revmap_map *), i < 2,
                          w->mounts, is_told, told);
    }
    if (w->file) {
        revmap_survey_expect_more(made);
    }
    if (w->made) {
        revmap_survey_expect_own(made);
    }
    revmap_survey_end(made);
    if (w->file) {
        survey_file(w, made, told);
    }
}

static inline world world_of(const setting *from)
{
    world w;
    int i;

    memset(&w, 0, sizeof(w));
    w.pool = new_pool();
    w.mounts = revmap_mounts_create(w.pool);
    w.maps = apr_array_make(w.pool, 4, sizeof(revmap_map *));
    begin_section(&w, 1);
    for (i = 0; i < 12 && from->lines[i]; i++) {
        read_line(&w, from->lines[i], i + 1);
    }
    survey(&w, from);
    begin_exchange(&w, from);
    return w;
}

static inline void end_world(world *w)
{
    apr_pool_destroy(w->pool);
}

/* @return the new value, or "=" */
static inline const char *evaluate(const world *w, const char *value,
                                   revmap_use use, revmap_result *result)
{
    revmap_slice text = exact_slice(value);
    const char *answer = "=";

    memset(result, 0, sizeof(*result));
    revmap_evaluate(&w->exchange, text, use, w->pool, result);
    if (result->reason == REVMAP_MAPPED) {
        answer = revmap_slice_join(w->pool, result->part, result->parts);
    }
    free_slice(text);
    return answer;
}

/* Does the outcome know a cookie as the browser does that gets it? */
static inline int knows_cookie(const world *w, apr_pool_t *pool,
                               revmap_slice sent, const revmap_outcome *outcome)
{
    revmap_slice got = outcome->value ? revmap_slice_of(outcome->value) : sent;
    revmap_identity read;

    revmap_cookie_identify(&w->exchange, got, pool, &read);
    return revmap_slice_equal(read.name, outcome->cookie.name)
           && revmap_slice_equal(read.path, outcome->cookie.path)
           && revmap_slice_equal(read.domain, outcome->cookie.domain);
}

/* @return the new Set-Cookie, or "=" */
static inline const char *map_cookie(const world *w, const char *value,
                                     revmap_outcome *outcome)
{
    revmap_slice text = exact_slice(value);
    const char *answer;

    memset(outcome, 0, sizeof(*outcome));
    revmap_cookie_map(&w->exchange, text, w->pool, outcome);
    must(knows_cookie(w, w->pool, text, outcome) ? NULL : "another cookie",
         value);
    answer = outcome->value ? apr_pstrdup(w->pool, outcome->value) : "=";
    free_slice(text);
    return answer;
}

#endif /* FIXTURE_H */
