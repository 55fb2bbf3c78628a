/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Words of the configuration, and what they do to a cookie. Input: lines, the
 * first letter of which tells what it is:
 *
 *   h WORD            RevMapHeader        c NAME ACTION ...  RevMapCookie
 *   q WORD            RevMapQuery         r SIDE             RevMapRewrite's
 *   f WORD            RevMapRequest                          public side
 *   s FIELD           a Set-Cookie
 *
 * A word that is refused is named in quotes. A cookie keeps its value and the
 * flags that no line removes, gets no Domain, and comes back from the client
 * by its old name.
 */

#include "fuzz.h"
#include "memory.h"

#define MAX_WORDS 32

typedef struct trial {
    world world;
    apr_pool_t *pool;
    const char *text;
    int removes; /* a line removes some flag */
} trial;

#define TRIAL_BREAKS(t, line, what)                                            \
    BREAKS("%s: %s\nin\n%s", line, what, (t)->text)

static const setting site = {
    .lines = {"/p/ http://b.test:8080/app/"},
    .requested = "http://b.test:8080/app/page",
    .asked = "https://pub.test/p/page",
};

static void check_error(const trial *t, const char *line, const char *error)
{
    if (error && (!strchr(error, '\'') || strlen(error) < 12)) {
        TRIAL_BREAKS(t, line, error);
    }
}

static const char *add_cookie_line(trial *t, const char *line)
{
    revmap_cookie_line *made = apr_pcalloc(t->pool, sizeof(*made));
    char *words[MAX_WORDS];
    char *rest = apr_pstrdup(t->pool, line + 1);
    char *word = strtok(rest, " ");
    const char *error;
    int count = 0;

    while (word && count < MAX_WORDS) {
        t->removes |= *word == '-';
        words[count++] = word;
        word = strtok(NULL, " ");
    }
    if (count < 2) {
        return NULL;
    }
    error = revmap_cookie_line_parse(t->pool, made, words, count);
    if (!error && made->how == REVMAP_MATCH_REGEX) {
        return NULL; /* a regular expression is the caller's */
    }
    return error ? error : revmap_cookie_line_add(t->world.map, made);
}

static const char *add_rewrite(const trial *t, const char *side)
{
    revmap_rewrite *made = apr_pcalloc(t->pool, sizeof(*made));

    made->on_path = 1;
    return *side ? revmap_rewrite_parse(t->pool, made, side, 2) : NULL;
}

/* ---- the cookie --------------------------------------------------------- */

static int has_flag(apr_pool_t *pool, const char *field, const char *name)
{
    char *rest = apr_pstrdup(pool, field + strcspn(field, ";"));
    char *piece;

    for (piece = strtok(rest, ";"); piece; piece = strtok(NULL, ";")) {
        size_t len = strcspn(piece, "=");

        while (len && strchr(" \t", piece[len - 1])) {
            len--;
        }
        piece[len] = '\0';
        piece += strspn(piece, " \t");
        if (!strcasecmp(piece, name)) {
            return 1;
        }
    }
    return 0;
}

static const char *pair_of(apr_pool_t *pool, const char *field)
{
    return apr_pstrmemdup(pool, field, strcspn(field, ";"));
}

/* As the client sends it, alone. */
static void check_return(const trial *t, const char *old, const char *now)
{
    const char *sent = pair_of(t->pool, now);
    const char *named = pair_of(t->pool, old);
    const char *value = strchr(named, '=');
    const char *back;

    if (!strcmp(sent, named)) {
        return;
    }
    if (!value || strcmp(value, strchr(sent, '=') ? strchr(sent, '=') : "")) {
        TRIAL_BREAKS(t, now, "the value has changed");
    }
    back = revmap_cookie_return(t->world.exchange.scope, revmap_slice_of(sent),
                                t->pool);
    if (!back
        || strcmp(back + strspn(back, " \t"), named + strspn(named, " \t"))) {
        TRIAL_BREAKS(t, now, back ? back : "does not come back");
    }
}

static void check_cookie(const trial *t, const char *old)
{
    static const char *const flags[] = {"Secure", "HttpOnly", "Partitioned"};
    const char *now;
    revmap_outcome outcome;
    const char *c;
    int i;

    now = map_cookie(&t->world, old, &outcome);
    if (!outcome.value) {
        return;
    }
    if (memory_size(outcome.value) != strlen(outcome.value) + 1) {
        TRIAL_BREAKS(t, now, "has not the length that was computed");
    }
    for (c = now; *c; c++) {
        if (((unsigned char)*c < 0x20 && *c != '\t') || *c == 0x7F) {
            TRIAL_BREAKS(t, now, "holds a control byte");
        }
    }
    for (i = 0; i < 3 && !t->removes; i++) {
        if (has_flag(t->pool, old, flags[i])
            && !has_flag(t->pool, now, flags[i])) {
            TRIAL_BREAKS(t, now, "a flag is lost");
        }
    }
    if (has_flag(t->pool, now, "Domain") && !has_flag(t->pool, old, "Domain")) {
        TRIAL_BREAKS(t, now, "has got a Domain");
    }
    if (has_flag(t->pool, now, "Partitioned")
        && !has_flag(t->pool, now, "Secure")
        && !has_flag(t->pool, old, "Partitioned")) {
        TRIAL_BREAKS(t, now, "is rejected by browsers");
    }
    check_return(t, old, now);
}

/* ---- all together ------------------------------------------------------- */

static void read_input(trial *t, const char *line)
{
    const char *word = line + 1 + strspn(line + 1, " ");

    switch (*line) {
    case 'h':
        check_error(t, line, revmap_header_add(t->world.map, word));
        revmap_header_find(t->world.exchange.scope, word);
        break;
    case 'q':
        check_error(t, line, revmap_query_add(t->world.map, word));
        break;
    case 'f':
        check_error(t, line, revmap_forward_header_add(t->world.map, word));
        break;
    case 'c':
        check_error(t, line, add_cookie_line(t, line));
        break;
    case 'r':
        check_error(t, line, add_rewrite(t, word));
        break;
    case 's':
        check_cookie(t, word);
        break;
    default:
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *rest;
    trial t;

    if (size > 1000 || memchr(data, '\0', size)) {
        return 0;
    }
    memset(&t, 0, sizeof(t));
    t.world = world_of(&site);
    apr_pool_create(&t.pool, t.world.pool);
    t.text = rest = apr_pstrmemdup(t.pool, (const char *)data, size);
    while (*rest) {
        size_t len = strcspn(rest, "\n");

        if (len) {
            read_input(&t, apr_pstrmemdup(t.pool, rest, len));
        }
        rest += len;
        rest += *rest == '\n';
    }
    end_world(&t.world);
    return 0;
}
