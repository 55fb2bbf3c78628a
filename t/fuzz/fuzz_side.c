/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What an administrator writes. Input: a letter, then up to two lines.
 *
 *     p  the public side of a rule        b  the backend side
 *     d  a path of decoded text           o  an origin
 *     r  the public side of a RevMapRewrite, and what its groups hold
 *     i  the pattern and the target of a ProxyPassMatch
 *     q  two paths of one request         c  the sides of a cookie rule
 *
 * A side that is taken means to the engine what it means to a browser, and a
 * URL mapped by it gets there; one that is refused is shown in the message.
 */

#include "fuzz.h"

#include "revmap/derive.h"

#include <ctype.h>

static const char asked[] = "https://pub.test/p/page";

/* An input while it is looked at. */
typedef struct trial {
    apr_pool_t *pool;
    const char *text;
    const char *second; /* the second line, "" if there is none */
} trial;

#define TRIAL_BREAKS(t, what, got)                                             \
    BREAKS("%s\n  text    %s\n  second  %s\n  got     %s", what, (t)->text,    \
           (t)->second, got)

static const char *show(const trial *t, revmap_slice slice)
{
    const char *text = string_of(t->pool, slice);
    const char *c;

    if (strlen(text) != slice.len) {
        TRIAL_BREAKS(t, "holds a NUL", text);
    }
    for (c = text; *c; c++) {
        if (*c <= ' ' || *c >= 0x7F) {
            TRIAL_BREAKS(t, "holds what is to be escaped", text);
        }
    }
    return text;
}

/* ---- both sides --------------------------------------------------------- */

static void check_error(const trial *t, const char *error)
{
    if (!strstr(error, t->text)) {
        TRIAL_BREAKS(t, "does not show what is wrong", error);
    }
}

/* @return the side as text */
static const char *side_text(const trial *t, const revmap_side *side)
{
    const char *path = show(t, side->path);

    if (*path && *path != '/') {
        TRIAL_BREAKS(t, "is no path", path);
    }
    return apr_pstrcat(
        t->pool,
        side->has_origin ? revmap_origin_text(t->pool, &side->origin) : "",
        path, "/", NULL);
}

/* What the engine read is what a browser reads. */
static const char *check_side(const trial *t, const revmap_side *side)
{
    browser_url base = browser_read(t->pool, asked, NULL);
    browser_url meant = browser_read(t->pool, t->text, &base);
    const char *text = side_text(t, side);
    browser_url got = browser_read(t->pool, text, &base);
    size_t len = strlen(got.path);

    /* Browsers refuse some hosts that are only numbers, and take blanks off
     * the ends. */
    if ((!meant.ok && side->has_origin) || t->text[strlen(t->text) - 1] == ' '
        || *t->text == ' ') {
        return NULL;
    }
    if (!browser_same_origin(&meant, &got)) {
        TRIAL_BREAKS(t, "is another origin", text);
    }
    if (strncmp(got.path, meant.path, strlen(meant.path))
        || len - strlen(meant.path) > 1) {
        TRIAL_BREAKS(t, "is another path", text);
    }
    return text;
}

/* Map a URL by one rule; @return what the client gets, or "=" */
static browser_url mapped_by(const trial *t, const revmap_side *open,
                             const revmap_side *back, const char *value)
{
    browser_url base = browser_read(t->pool, asked, NULL);
    setting set = {.requested = "http://b.test:8080/app/page"};
    revmap_result result;
    const revmap_rule *twice;
    const char *answer;
    world w;

    set.asked = asked;
    w = world_of(&set);
    revmap_map_add(w.map, open, back, place_of_line(1), &twice);
    revmap_exchange_prepare(&w.exchange);
    answer =
        apr_pstrdup(t->pool, evaluate(&w, value, REVMAP_USE_REDIRECT, &result));
    end_world(&w);
    if (!strcmp(answer, "=") && result.reason != REVMAP_SAME) {
        TRIAL_BREAKS(t, revmap_reason_words(result.reason), value);
    }
    return browser_read(t->pool, strcmp(answer, "=") ? answer : value, &base);
}

static void check_mapped(const trial *t, const browser_url *got,
                         const browser_url *expected)
{
    if (!browser_same_origin(got, expected)
        || strcmp(browser_plain(t->pool, got->path),
                  browser_plain(t->pool, expected->path))) {
        TRIAL_BREAKS(t, "does not lead there",
                     apr_psprintf(t->pool, "%s://%s:%u%s, not %s://%s:%u%s",
                                  got->scheme, got->host, got->port, got->path,
                                  expected->scheme, expected->host,
                                  expected->port, expected->path));
    }
}

static revmap_side side_of(const trial *t, const char *text)
{
    revmap_side_kind kind;
    revmap_side side;

    must(revmap_side_parse_backend(t->pool, &side, &kind, text), text);
    return side;
}

/* ---- each kind of line -------------------------------------------------- */

static void try_public(const trial *t)
{
    browser_url base = browser_read(t->pool, asked, NULL);
    revmap_side back = side_of(t, "http://b.test:8080/app/");
    revmap_side side;
    const char *error = revmap_side_parse_public(t->pool, &side, t->text);
    const char *text;
    browser_url expected;
    browser_url got;

    if (error) {
        check_error(t, error);
        return;
    }
    text = check_side(t, &side);
    if (text) {
        expected = browser_read(t->pool, text, &base);
        expected.path = apr_pstrcat(t->pool, expected.path, "x", NULL);
        got = mapped_by(t, &side, &back, "http://b.test:8080/app/x");
        check_mapped(t, &got, &expected);
    }
}

static void try_backend(const trial *t)
{
    revmap_side open = side_of(t, "/public/");
    browser_url expected =
        browser_read(t->pool, "https://pub.test/public/x", NULL);
    revmap_side_kind kind;
    revmap_side side;
    const char *error =
        revmap_side_parse_backend(t->pool, &side, &kind, t->text);
    browser_url got;

    if (error) {
        check_error(t, error);
        return;
    }
    if (kind != REVMAP_SIDE_RULE || side.origin.scheme == REVMAP_AJP
        || strncmp(t->text, "http", 4) || !check_side(t, &side)) {
        return;
    }
    got = mapped_by(t, &open, &side,
                    apr_pstrcat(t->pool, side_text(t, &side), "x", NULL));
    check_mapped(t, &got, &expected);
}

static char *decoded(const trial *t, const char *text)
{
    char *copy = apr_palloc(t->pool, strlen(text) + 1);
    char *out = copy;

    for (; *text; text++) {
        if (*text == '%') {
            *out++ = (char)strtol(apr_pstrndup(t->pool, text + 1, 2), NULL, 16);
            text += 2;
        }
        else {
            *out++ = *text;
        }
    }
    *out = '\0';
    return copy;
}

static void try_decoded(const trial *t)
{
    browser_url base = browser_read(t->pool, asked, NULL);
    revmap_side back = side_of(t, "http://b.test:8080/app/");
    revmap_side side;
    const char *path;
    browser_url got;

    if (*t->text != '/') {
        return;
    }
    revmap_side_of_path(t->pool, &side, t->text);
    path = decoded(t, show(t, side.path));
    if (strncmp(path, t->text, strlen(path))
        || (t->text[strlen(path)] && strcmp(t->text + strlen(path), "/"))) {
        TRIAL_BREAKS(t, "is another path", path);
    }
    got = mapped_by(t, &side, &back, "http://b.test:8080/app/x");
    if (!browser_same_origin(&got, &base)) {
        TRIAL_BREAKS(t, "leaves the site", got.host);
    }
}

static void try_origin(const trial *t)
{
    revmap_site site;
    const char *error = revmap_site_parse(t->pool, &site, t->text);
    browser_url meant = browser_read(t->pool, t->text, NULL);
    browser_url got;

    if (error) {
        check_error(t, error);
        return;
    }
    got = browser_read(t->pool, site.text, NULL);
    if (meant.ok && !browser_same_origin(&meant, &got)) {
        TRIAL_BREAKS(t, "is another origin", site.text);
    }
}

/* ---- RevMapRewrite ------------------------------------------------------ */

static int match_all(const void *regex, const char *subject,
                     revmap_slice groups[10])
{
    const char *text = regex;
    int i;

    groups[0] = revmap_slice_of(subject);
    for (i = 1; i < 10; i++) {
        groups[i] = revmap_slice_of(text);
    }
    return 1;
}

/* A group holds a piece of a path in its normal form. */
static int can_be_group(const char *text)
{
    for (; *text; text++) {
        if (*text <= ' ' || *text > '~' || strchr("\\?#\"<>`{}^", *text)
            || (*text == '%'
                && (!isxdigit((unsigned char)text[1])
                    || !isxdigit((unsigned char)text[2])))) {
            return 0;
        }
    }
    return 1;
}

static const char *rewritten(const trial *t, const revmap_rewrite *rewrite)
{
    setting set = {.requested = "http://b.test:8080/app/page"};
    revmap_result result;
    const char *answer;
    world w;

    set.asked = asked;
    w = world_of(&set);
    revmap_map_add_rewrite(w.map, rewrite);
    answer = apr_pstrdup(t->pool, evaluate(&w, "http://b.test:8080/app/x?y#z",
                                           REVMAP_USE_REDIRECT, &result));
    end_world(&w);
    return answer;
}

/* The host of the public side; where a group is part of it, its beginning. */
static void check_rewritten(const trial *t, const char *answer)
{
    browser_url base = browser_read(t->pool, asked, NULL);
    browser_url got = browser_read(t->pool, answer, &base);
    const char *site = strstr(t->text, "://");
    size_t len = site ? strcspn(site + 3, "/?#") : 0;
    browser_url meant = base;

    if (*t->text != '/' && site) {
        if (memchr(site + 3, '$', len)) {
            if (got.has_userinfo) {
                TRIAL_BREAKS(t, "holds a user name", answer);
            }
            return;
        }
        meant = browser_read(t->pool, t->text, &base);
    }
    if (meant.ok && !browser_same_origin(&got, &meant)) {
        TRIAL_BREAKS(t, "leads to another origin", answer);
    }
}

static void try_rewrite(const trial *t)
{
    revmap_rewrite rewrite;
    const char *error;
    const char *answer;

    memset(&rewrite, 0, sizeof(rewrite));
    rewrite.regex = t->second;
    rewrite.match = match_all;
    error = revmap_rewrite_parse(t->pool, &rewrite, t->text, 9);
    if (error) {
        check_error(t, error);
        return;
    }
    if (can_be_group(t->second)) {
        answer = rewritten(t, &rewrite);
        if (strcmp(answer, "=")) {
            check_rewritten(t, answer);
        }
    }
}

/* ---- ProxyPassMatch ----------------------------------------------------- */

/* What mod_proxy asks for; NULL if the pattern does not match. */
static const char *forwarded(const trial *t, const char *path)
{
    regmatch_t group[2] = {{-1, -1}, {-1, -1}};
    const char *dollar = strchr(t->second, '$');
    regex_t regex;
    int matches;

    if (regcomp(&regex, t->text, REG_EXTENDED)) {
        return NULL;
    }
    matches = !regexec(&regex, path, 2, group, 0);
    regfree(&regex);
    if (!matches) {
        return NULL;
    }
    if (!dollar) {
        return apr_pstrcat(t->pool, t->second, path, NULL);
    }
    return apr_pstrcat(
        t->pool,
        apr_pstrmemdup(t->pool, t->second, (size_t)(dollar - t->second)),
        group[1].rm_so < 0
            ? ""
            : apr_pstrmemdup(t->pool, path + group[1].rm_so,
                             (size_t)(group[1].rm_eo - group[1].rm_so)),
        NULL);
}

static const char *with_slash(const trial *t, const char *text)
{
    size_t len = strlen(text);

    return apr_pstrcat(t->pool, text, len && text[len - 1] == '/' ? "" : "/",
                       NULL);
}

static void try_invert(const trial *t)
{
    const char *fake;
    const char *real;
    const char *path;
    const char *url;
    browser_url got;
    browser_url meant;

    if (revmap_derive_invert(t->pool, t->text, t->second, &fake, &real)
        || strncmp(t->second, "http://b.test", 13)
        || !strchr(":/$", t->second[13]) || *fake != '/') {
        return;
    }
    path = apr_pstrcat(t->pool, with_slash(t, fake), "x/y", NULL);
    url = forwarded(t, path);
    if (!url) {
        return;
    }
    got = browser_read(t->pool, url, NULL);
    meant = browser_read(
        t->pool, apr_pstrcat(t->pool, with_slash(t, real), "x/y", NULL), NULL);
    if (got.ok && strchr(t->second + 13, '/') && !strstr(url + 8, "//")
        && (!browser_same_origin(&got, &meant)
            || strcmp(got.path, meant.path))) {
        TRIAL_BREAKS(t, url, apr_pstrcat(t->pool, fake, " ", real, NULL));
    }
}

/* ---- the rest ----------------------------------------------------------- */

/* Of the request line and of mod_proxy's URL, which have none of this. */
static int has_raw_byte(const char *path)
{
    for (; *path; path++) {
        if (*path <= ' ' || *path >= 0x7F || strchr("\"<>^`{}", *path)) {
            return 1;
        }
    }
    return 0;
}

static void try_request(const trial *t)
{
    revmap_slice a = revmap_slice_of(t->text);
    revmap_slice b = revmap_slice_of(t->second);
    apr_size_t i;
    apr_size_t j;
    const char *why = revmap_derive_from_request(a, b, &i, &j);

    if (!why && !has_raw_byte(t->text) && !has_raw_byte(t->second)
        && (i > a.len || j > b.len
            || strcmp(browser_decode(t->pool, t->text + i),
                      browser_decode(t->pool, t->second + j))
            || (i < a.len && t->text[i] != '/'))
        && *t->text == '/' && *t->second == '/') {
        TRIAL_BREAKS(t, "is no common end", "");
    }
}

static void try_cookie(const trial *t)
{
    revmap_cookie_rule made;
    const char *sides[2] = {t->text, t->second};
    int i;

    memset(&made, 0, sizeof(made));
    if (!revmap_cookie_path_rule(t->pool, &made, t->text, t->second)) {
        for (i = 0; i < 2; i++) {
            if (*sides[i] != '/' || strpbrk(sides[i], "; \t\r\n")) {
                TRIAL_BREAKS(t, "is no path", sides[i]);
            }
        }
    }
    memset(&made, 0, sizeof(made));
    if (!revmap_cookie_domain_rule(t->pool, &made, t->text, t->second)
        && (strpbrk(t->text, "; \t/") || strpbrk(t->second, "; \t/"))) {
        TRIAL_BREAKS(t, "is no domain", "");
    }
}

/* ---- running ------------------------------------------------------------ */

static void try(const trial *t, char kind)
{
    switch (kind) {
    case 'p':
        try_public(t);
        break;
    case 'b':
        try_backend(t);
        break;
    case 'd':
        try_decoded(t);
        break;
    case 'o':
        try_origin(t);
        break;
    case 'r':
        try_rewrite(t);
        break;
    case 'i':
        try_invert(t);
        break;
    case 'q':
        try_request(t);
        break;
    case 'c':
        try_cookie(t);
        break;
    default:
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text;
    char *line;
    char *end;
    trial t;

    if (!size || memchr(data, '\0', size)) {
        return 0;
    }
    t.pool = new_pool();
    line = apr_pstrmemdup(t.pool, (const char *)data + 1, size - 1);
    end = strchr(line, '\n');
    if (end) {
        *end = '\0';
    }
    t.text = text = exact(line);
    t.second = end ? end + 1 : "";
    try(&t, (char)data[0]);
    apr_pool_destroy(t.pool);
    free(text);
    return 0;
}
