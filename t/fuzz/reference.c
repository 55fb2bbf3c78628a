/* SPDX-License-Identifier: Apache-2.0 */

#include "reference.h"

#include <ctype.h>

/* ---- the setting -------------------------------------------------------- */

static const char *without_slash(apr_pool_t *pool, const char *path)
{
    size_t len = strlen(path);

    return len && path[len - 1] == '/' ? apr_pstrmemdup(pool, path, len - 1)
                                       : path;
}

static int read_side(apr_pool_t *pool, const char *text, browser_url *site,
                     const char **path)
{
    browser_url base = {1, 1, 0, "http", "side.test", 80, "/", "", ""};

    *site = browser_read(pool, text, &base);
    *path = browser_plain(pool, without_slash(pool, site->path));
    must(site->ok && site->is_http ? NULL : "a browser reads no URL", text);
    return *text != '/';
}

static void read_rewrite(apr_pool_t *pool, reference_rule *rule,
                         const char *pattern, const char *substitution)
{
    regex_t *regex = apr_pcalloc(pool, sizeof(*regex));

    must(regcomp(regex, pattern, REG_EXTENDED) ? "does not compile" : NULL,
         pattern);
    apr_pool_cleanup_register(pool, regex, free_regex, apr_pool_cleanup_null);
    rule->regex = regex;
    rule->on_path = *pattern == '/';
    rule->substitution = apr_pstrdup(pool, substitution);
}

static void read_rule(apr_pool_t *pool, reference *r, int section, int number)
{
    reference_rule *rule = &r->rule[r->rules++];
    const char *line = r->set->lines[number];
    char word[3][600] = {"", "", ""};
    char(*side)[600] = word;

    sscanf(line, "%599s %599s %599s", word[0], word[1], word[2]);
    memset(rule, 0, sizeof(*rule));
    rule->line = number + 1;
    rule->section = section;
    if (!strcmp(word[0], "rewrite")) {
        read_rewrite(pool, rule, word[1], word[2]);
        return;
    }
    rule->derived = !strcmp(word[0], "derived");
    side += rule->derived;
    rule->excluded = !strcmp(side[0], "!");
    if (!rule->excluded) {
        rule->has_public_site =
            read_side(pool, side[0], &rule->public_site, &rule->public_path);
        if (strlen(side[0]) > strlen(r->longest)) {
            r->longest = apr_pstrdup(pool, side[0]);
        }
    }
    rule->has_backend =
        read_side(pool, side[1], &rule->backend, &rule->backend_path);
}

static int read_url(apr_pool_t *pool, const char *text, browser_url *url)
{
    if (text) {
        *url = browser_read(pool, text, NULL);
        must(url->ok ? NULL : "a browser reads no URL", text);
    }
    return text != NULL;
}

void reference_init(apr_pool_t *pool, reference *r, const setting *set)
{
    int section = 0;
    int applies = 1;
    int i;

    memset(r, 0, sizeof(*r));
    r->set = set;
    r->longest = set->own ? set->own : "";
    for (i = 0; i < 12 && set->lines[i]; i++) {
        const char *line = set->lines[i];

        if (*line == '<') {
            applies = !strcmp(line, "<inner>");
            section += applies;
        }
        else if (strncmp(line, "cookie", 6)) {
            read_rule(pool, r, applies ? section : -1, i);
        }
    }
    r->has_backend = read_url(pool, set->requested, &r->backend);
    read_url(pool, set->asked, &r->asked);
    r->has_told = read_url(pool, set->told, &r->told);
    r->has_own = read_url(pool, set->own, &r->own);
}

/* ---- comparing ---------------------------------------------------------- */

int reference_covers(const char *prefix, const char *path)
{
    size_t len = strlen(prefix);

    return !strncmp(prefix, path, len)
           && (!path[len] || path[len] == '/' || path[len] == ';');
}

int reference_knows(const reference *r, const browser_url *url)
{
    int i;

    for (i = 0; i < r->rules; i++) {
        if (r->rule[i].has_backend
            && browser_same_site(&r->rule[i].backend, url)) {
            return 1;
        }
    }
    return (r->has_backend && browser_same_site(&r->backend, url))
           || (r->has_told && browser_same_site(&r->told, url));
}

int reference_is_public(const reference *r, const browser_url *url)
{
    int i;

    for (i = 0; i < r->rules; i++) {
        if (r->rule[i].has_public_site
            && browser_same_origin(&r->rule[i].public_site, url)) {
            return 1;
        }
    }
    return browser_same_origin(&r->asked, url)
           || (r->has_own && browser_same_origin(&r->own, url))
           || (r->has_told && browser_same_site(&r->told, url));
}

static int is_named(const reference *r, const browser_url *origin)
{
    int i;

    for (i = 0; i < r->rules; i++) {
        if (r->rule[i].section >= 0 && r->rule[i].has_backend
            && browser_same_origin(&r->rule[i].backend, origin)) {
            return 1;
        }
    }
    return 0;
}

/* Is the rule about this origin?  One that is on its default port may be
 * called by the other scheme, unless a rule does. */
int reference_is_about(const reference *r, const reference_rule *rule,
                       const browser_url *origin)
{
    return rule->has_backend
           && (browser_same_origin(&rule->backend, origin)
               || (!is_named(r, origin)
                   && browser_same_site(&rule->backend, origin)
                   && strcmp(rule->backend.scheme, origin->scheme)
                   && rule->backend.port != origin->port));
}

int reference_is_for_this_host(const reference *r, const reference_rule *rule)
{
    return !rule->has_public_site
           || !strcmp(rule->public_site.host, r->asked.host);
}

int reference_is_entrance(apr_pool_t *pool, const reference *r,
                          const reference_rule *rule)
{
    return !rule->regex && !rule->excluded
           && reference_is_for_this_host(r, rule)
           && reference_covers(rule->public_path,
                               browser_plain(pool, r->asked.path));
}

/* ---- whose is it -------------------------------------------------------- */

/* Names of the third kind: rules say what the unnamed backend is called. */
static int is_covering(apr_pool_t *pool, const reference *r,
                       const reference_rule *rule)
{
    int i;

    if (rule->section < 0 || !rule->has_backend
        || !reference_is_entrance(pool, r, rule)) {
        return 0;
    }
    for (i = 0; i < r->rules; i++) {
        const reference_rule *other = &r->rule[i];

        if (r->has_backend && other->section >= 0
            && reference_is_about(r, other, &r->backend)) {
            return 0;
        }
        if (other->section >= 0 && other->has_backend
            && reference_is_entrance(pool, r, other)
            && strlen(other->public_path) > strlen(rule->public_path)) {
            return 0;
        }
    }
    return 1;
}

/* Is the rule one of the answering backend? */
int reference_is_of_answering(apr_pool_t *pool, const reference *r,
                              const reference_rule *rule)
{
    return !rule->has_backend
           || (r->has_backend && reference_is_about(r, rule, &r->backend))
           || (r->has_told && reference_is_about(r, rule, &r->told))
           || is_covering(pool, r, rule);
}

/* Is the origin one of the answering backend's names? */
static int is_its_name(apr_pool_t *pool, const reference *r,
                       const browser_url *origin)
{
    int i;

    if (r->has_backend
        && (browser_same_origin(&r->backend, origin)
            || (!(is_named(r, &r->backend) && is_named(r, origin))
                && r->backend.port != origin->port
                && browser_same_site(&r->backend, origin)))) {
        return 1;
    }
    for (i = 0; i < r->rules; i++) {
        if (!r->rule[i].regex && is_covering(pool, r, &r->rule[i])
            && reference_is_about(r, &r->rule[i], origin)) {
            return 1;
        }
    }
    return 0;
}

/* Hosts are compared as they are written: no other spelling of an IPv4
 * address is one of ours, nor is one with a dot at its end. */
int reference_is_spelled_out(apr_pool_t *pool, const char *text,
                             const reference_claim *c)
{
    char *lower = apr_pstrdup(pool, text);
    const char *host;
    char *l;

    for (l = lower; *l; l++) {
        *l = (char)tolower((unsigned char)*l);
    }
    host = strstr(lower, c->url.host);
    return *c->url.host == '[' || (host && host[strlen(c->url.host)] != '.');
}

/* One on a port of the other scheme is not. */
static int is_somebodys(const reference *r, const browser_url *origin)
{
    int i;

    for (i = 0; i < r->rules; i++) {
        if (r->rule[i].section >= 0
            && reference_is_about(r, &r->rule[i], origin)) {
            return 1;
        }
    }
    return 0;
}

static int claim_origin(apr_pool_t *pool, const reference *r,
                        reference_claim *c)
{
    c->has_origin = 1;
    c->upgrade = c->answering = 0;
    if (r->has_told && browser_same_site(&r->told, &c->url)) {
        c->answering = c->ambiguous = 1;
        c->upgrade =
            strcmp(r->told.scheme, c->url.scheme) && !is_named(r, &c->url);
        return 1;
    }
    c->ambiguous = browser_same_site(&r->asked, &c->url);
    c->answering = is_its_name(pool, r, &c->url);
    return c->answering || is_somebodys(r, &c->url);
}

/* The URL on which the backend believes to be. */
static browser_url base_of(const reference *r, const char *scheme)
{
    browser_url base = {1, 1, 0, "http", "unknown.test", 80, "/", "", ""};

    base = r->has_backend ? r->backend : base;
    if (r->has_told) {
        base.scheme = r->told.scheme;
    }
    if (scheme) {
        base.scheme = scheme;
    }
    return base;
}

static int starts_with_site(const char *text)
{
    return !strncmp(text, "//", 2) || isalpha((unsigned char)*text);
}

static const char *colon_of_scheme(const char *text)
{
    const char *c = text;

    while (isalnum((unsigned char)*c) || (*c && strchr("+-.", *c))) {
        c++;
    }
    return *c == ':' && isalpha((unsigned char)*text) ? c : NULL;
}

static int claim_by(apr_pool_t *pool, const reference *r, const char *text,
                    const browser_url *base, reference_claim *c)
{
    c->url = browser_read(pool, text, base);
    return c->url.ok && claim_origin(pool, r, c);
}

/* Zero if it is nobody's. */
int reference_claim_url(apr_pool_t *pool, const reference *r, const char *text,
                        reference_claim *c)
{
    browser_url base = base_of(r, NULL);

    memset(c, 0, sizeof(*c));
    if (colon_of_scheme(text)) {
        return claim_by(pool, r, text, &base, c);
    }
    if (starts_with_site(text) && *text == '/') {
        browser_url other = base;

        other.scheme = strcmp(base.scheme, "http") ? "http" : "https";
        return claim_by(pool, r, text, &base, c)
               || claim_by(pool, r, text, &other, c)
               || claim_by(pool, r, text, &base, c);
    }
    c->url = browser_read(pool, text, &base);
    c->answering = 1;
    c->ambiguous = *text == '/';
    return c->url.ok;
}

/* ---- screening ---------------------------------------------------------- */

static int is_odd_authority(const char *text, size_t len)
{
    size_t i;

    for (i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];

        if (c == '%' || c == '@' || c == ' ' || c >= 0x80) {
            return 1;
        }
    }
    return !len || *text == ':';
}

/* "Screening" */
int reference_is_odd(const char *text)
{
    const char *colon = colon_of_scheme(text);
    size_t before = strcspn(text, "?#");
    const char *c;

    for (c = text; *c; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7F
            || (*c == '\\' && (size_t)(c - text) < before)) {
            return 1;
        }
    }
    if (colon) {
        size_t len = (size_t)(colon - text);

        if ((strncasecmp(text, "http", len) || len != 4)
            && (strncasecmp(text, "https", len) || len != 5)) {
            return 1;
        }
        text = colon + 1;
        if (strncmp(text, "//", 2)) {
            return 1;
        }
    }
    return !strncmp(text, "//", 2)
           && is_odd_authority(text + 2, strcspn(text + 2, "/?#"));
}

int reference_rewrites(const reference *r)
{
    int i = 0;

    while (i < r->rules && !r->rule[i].regex) {
        i++;
    }
    return i < r->rules;
}

int reference_is_ours(const reference *r, const browser_url *url)
{
    size_t len = strlen(url->host);

    return reference_is_public(r, url)
           || (reference_rewrites(r) && len >= 8
               && !strcmp(url->host + len - 8, "pub.test")
               && (len == 8 || url->host[len - 9] == '.'));
}
