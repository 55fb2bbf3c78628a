/* SPDX-License-Identifier: Apache-2.0 */

/* Which rule is in charge of a URL, and where it leads. */

#include "reference.h"

#include <ctype.h>

/* ---- which rule --------------------------------------------------------- */

static int applies(apr_pool_t *pool, const reference *r,
                   const reference_claim *c, const reference_rule *rule)
{
    if (rule->regex || rule->section < 0
        || !reference_covers(rule->backend_path,
                             browser_plain(pool, c->url.path))) {
        return 0;
    }
    return (c->has_origin && !c->upgrade
            && reference_is_about(r, rule, &c->url))
           || (c->answering && reference_is_of_answering(pool, r, rule));
}

/* "Which rule?" of the manual */
static int is_better(apr_pool_t *pool, const reference *r,
                     const reference_rule *a, const reference_rule *b)
{
    if (strlen(a->backend_path) != strlen(b->backend_path)) {
        return strlen(a->backend_path) > strlen(b->backend_path);
    }
    if (a->section != b->section) {
        return a->section > b->section;
    }
    if (a->derived != b->derived) {
        return b->derived;
    }
    if (a->has_backend != b->has_backend) {
        return a->has_backend;
    }
    return reference_is_entrance(pool, r, a)
           > reference_is_entrance(pool, r, b);
}

static const reference_rule *find_rule(apr_pool_t *pool, const reference *r,
                                       const reference_claim *c)
{
    const reference_rule *best = NULL;
    int i;

    for (i = 0; i < r->rules; i++) {
        const reference_rule *rule = &r->rule[i];

        if (applies(pool, r, c, rule)
            && (!best || is_better(pool, r, rule, best))) {
            best = rule;
        }
    }
    return best;
}

/* "Already public", the second kind */
static int is_other_mount(apr_pool_t *pool, const reference *r,
                          const char *path, const reference_rule *rule)
{
    size_t longest = 0;
    int is_ours = 0;
    int i;

    for (i = 0; i < r->rules; i++) {
        const reference_rule *mount = &r->rule[i];

        if (mount->regex || mount->excluded
            || !reference_is_for_this_host(r, mount)
            || !reference_covers(mount->public_path, path)
            || strlen(mount->public_path) < longest) {
            continue;
        }
        if (strlen(mount->public_path) > longest) {
            is_ours = 0;
        }
        longest = strlen(mount->public_path);
        if (mount->has_backend) {
            is_ours |= reference_is_of_answering(pool, r, mount);
        }
        else {
            is_ours |= mount->section >= 0;
        }
    }
    return longest && !is_ours
           && (rule->derived || strlen(rule->backend_path) < longest);
}

static int is_nested(const reference_rule *rule, const char *path)
{
    return strlen(rule->public_path) > strlen(rule->backend_path)
           && reference_covers(rule->backend_path, rule->public_path)
           && reference_covers(rule->public_path, path);
}

/* ---- by a regular expression -------------------------------------------- */

static const char *site_text(apr_pool_t *pool, const browser_url *url)
{
    int is_default = url->port == (strcmp(url->scheme, "https") ? 80 : 443);

    return apr_psprintf(pool, is_default ? "%s://%s" : "%s://%s:%u",
                        url->scheme, url->host, url->port);
}

/* What may be put into a host from outside. */
static int is_host_text(const char *text)
{
    while (isalnum((unsigned char)*text) || (*text && strchr(".-_", *text))) {
        text++;
    }
    return !*text;
}

static const char *put_in(apr_pool_t *pool, const char *from,
                          const char *subject, const regmatch_t *groups)
{
    size_t site = strstr(from, "://")
                      ? strcspn(strstr(from, "://") + 3, "/")
                            + (size_t)(strstr(from, "://") + 3 - from)
                      : 0;
    const char *begin = from;
    const char *made = "";

    for (; *from; from++) {
        const char *text = apr_pstrndup(pool, from, 1);

        if (from[0] == '$' && isdigit((unsigned char)from[1])) {
            const regmatch_t *g = &groups[*++from - '0'];

            text = g->rm_so < 0 ? ""
                                : apr_pstrmemdup(pool, subject + g->rm_so,
                                                 (size_t)(g->rm_eo - g->rm_so));
            if ((size_t)(from - begin) < site && !is_host_text(text)) {
                return NULL;
            }
        }
        made = apr_pstrcat(pool, made, text, NULL);
    }
    return made;
}

static const char *substitute(apr_pool_t *pool, const reference_rule *rule,
                              const char *subject)
{
    regmatch_t groups[10];

    if (regexec(rule->regex, subject, 10, groups, 0) || groups[0].rm_so
        || subject[groups[0].rm_eo]) {
        return NULL;
    }
    return put_in(pool, rule->substitution, subject, groups);
}

static const char *rewrite(apr_pool_t *pool, const reference *r,
                           const reference_claim *c, const reference_rule *rule)
{
    const char *path = browser_plain(pool, c->url.path);
    const char *made = NULL;

    if (rule->on_path) {
        return c->answering ? substitute(pool, rule, path) : NULL;
    }
    if (c->has_origin) {
        made =
            substitute(pool, rule,
                       apr_pstrcat(pool, site_text(pool, &c->url), path, NULL));
    }
    if (!made && c->answering && r->has_backend) {
        made = substitute(
            pool, rule,
            apr_pstrcat(pool, site_text(pool, &r->backend), path, NULL));
    }
    return made;
}

static const char *find_rewrite(apr_pool_t *pool, const reference *r,
                                const reference_claim *c)
{
    int section;
    int i;

    for (section = REFERENCE_RULES; section >= 0; section--) {
        for (i = 0; i < r->rules; i++) {
            const reference_rule *rule = &r->rule[i];
            const char *made =
                rule->regex && rule->section == section && c->url.is_http
                    ? rewrite(pool, r, c, rule)
                    : NULL;

            if (made) {
                return made;
            }
        }
    }
    return NULL;
}

/* ---- where to ----------------------------------------------------------- */

/* What is decided, before it is known on which origin it is written. */
typedef struct target {
    int has_site;
    browser_url url;
} target;

/* Is it written with an origin? */
static int choose_origin(const reference *r, const reference_claim *c,
                         revmap_use use, target *t)
{
    const browser_url *site = &r->asked;

    if (c->upgrade && (!t->has_site || !strcmp(t->url.host, c->url.host))) {
        site = &c->url;
    }
    else if (t->has_site) {
        site = &t->url;
    }
    else if (c->has_origin && r->has_own
             && (use == REVMAP_USE_REFERENCE || r->set->absolute)) {
        site = &r->own;
    }
    t->url.scheme = site->scheme;
    t->url.host = site->host;
    t->url.port = site->port;
    return site != &r->asked;
}

static int is_here(const reference *r, const target *t)
{
    return !t->has_site || browser_same_origin(&t->url, &r->asked)
           || (r->has_own && browser_same_origin(&t->url, &r->own));
}

/* "How it is written", at its end */
static int would_loop(apr_pool_t *pool, const reference *r,
                      const reference_claim *c, const browser_url *to,
                      revmap_use use)
{
    const char *path = browser_plain(pool, c->url.path);

    if (use != REVMAP_USE_REDIRECT || r->set->posted
        || !(browser_same_origin(to, &r->asked)
             || (r->has_own && browser_same_origin(to, &r->own)))
        || strcmp(to->query, r->asked.query)
        || strcmp(browser_plain(pool, to->path),
                  browser_plain(pool, r->asked.path))) {
        return 0;
    }
    if (r->has_backend
        && (strcmp(path, browser_plain(pool, r->backend.path))
            || strcmp(c->url.query, r->backend.query))) {
        return 1;
    }
    return c->has_origin
           && !(r->has_backend && browser_same_origin(&c->url, &r->backend))
           && !(r->has_told && browser_same_origin(&c->url, &r->told));
}

static void aim(apr_pool_t *pool, const reference_claim *c,
                const reference_rule *rule, target *t)
{
    const char *path = browser_plain(pool, c->url.path);
    const char *rest = path + strlen(rule->backend_path);

    t->has_site = rule->has_public_site;
    t->url = rule->public_site;
    t->url.ok = t->url.is_http = 1;
    t->url.query = c->url.query;
    t->url.fragment = c->url.fragment;
    t->url.path =
        apr_pstrcat(pool, rule->public_path,
                    !*rule->public_path && *rest != '/' ? "/" : "", rest, NULL);
}

/* "Already public", the first kind: only a wrong origin is put right. */
static reference_verdict stay_public(const reference *r,
                                     const reference_claim *c,
                                     const reference_rule *rule, target *t)
{
    const browser_url *right = rule->has_public_site ? &rule->public_site
                               : r->has_own          ? &r->own
                                                     : NULL;
    const browser_url *now = c->has_origin ? &c->url
                             : r->has_own  ? &r->own
                                           : NULL;

    if (c->upgrade || !right || (!c->has_origin && !rule->has_public_site)
        || (now && browser_same_origin(now, right))) {
        return REFERENCE_STAYS;
    }
    t->url.path = c->url.path;
    return REFERENCE_PATH;
}

static reference_verdict judge_rewritten(apr_pool_t *pool, const reference *r,
                                         const reference_claim *c,
                                         const char *made, target *t)
{
    if (!strncmp(made, "//", 2)) {
        made = apr_pstrcat(pool, "/.", made, NULL);
    }
    t->has_site = *made != '/';
    t->url = browser_read(pool, made, &r->asked);
    if (!t->url.ok || !t->url.is_http || t->url.has_userinfo) {
        return REFERENCE_STAYS;
    }
    if (!*t->url.query) {
        t->url.query = c->url.query;
    }
    if (!*t->url.fragment) {
        t->url.fragment = c->url.fragment;
    }
    return REFERENCE_PATH;
}

/* Relative to the request, on both sides ("Whose URL is it?"). */
static reference_verdict judge_relative(apr_pool_t *pool, const reference *r,
                                        const char *text,
                                        const reference_rule *rule,
                                        const target *t)
{
    browser_url public_reading = browser_read(pool, text, &r->asked);
    const char *path = browser_plain(pool, public_reading.path);

    if ((is_here(r, t) && !strcmp(path, browser_plain(pool, t->url.path)))
        || (rule && is_other_mount(pool, r, path, rule))) {
        return REFERENCE_STAYS;
    }
    return REFERENCE_PATH;
}

static reference_verdict judge(apr_pool_t *pool, const reference *r,
                               const char *text, const reference_claim *c,
                               target *t)
{
    const reference_rule *rule = find_rule(pool, r, c);
    const char *path = browser_plain(pool, c->url.path);
    const char *made;

    if (rule && rule->excluded) {
        return REFERENCE_STAYS;
    }
    made = find_rewrite(pool, r, c);
    if (made) {
        if (judge_rewritten(pool, r, c, made, t) == REFERENCE_STAYS) {
            return REFERENCE_STAYS;
        }
        rule = NULL;
    }
    else if (!rule) {
        return REFERENCE_STAYS;
    }
    else {
        aim(pool, c, rule, t);
    }
    if (!c->has_origin && *text != '/') {
        return judge_relative(pool, r, text, rule, t);
    }
    if (rule && c->ambiguous && is_nested(rule, path)) {
        return stay_public(r, c, rule, t);
    }
    return rule && c->ambiguous && is_other_mount(pool, r, path, rule)
               ? REFERENCE_STAYS
               : REFERENCE_PATH;
}

reference_verdict reference_judge(apr_pool_t *pool, const reference *r,
                                  const char *text, revmap_use use,
                                  browser_url *to)
{
    reference_verdict verdict;
    reference_claim c;
    target t;

    memset(&t, 0, sizeof(t));
    if (reference_is_odd(text) || !*text || *text == '#') {
        return REFERENCE_STAYS;
    }
    reference_claim_url(pool, r, text, &c);
    if (use == REVMAP_USE_PAGE && !c.has_origin && *text != '/') {
        return REFERENCE_STAYS;
    }
    if (!c.url.ok || (c.has_origin && !reference_is_spelled_out(pool, text, &c))
        || (!c.has_origin && *text != '/' && !r->has_backend)
        || judge(pool, r, text, &c, &t) == REFERENCE_STAYS) {
        return REFERENCE_STAYS;
    }
    verdict =
        choose_origin(r, &c, use, &t) ? REFERENCE_ABSOLUTE : REFERENCE_PATH;
    *to = t.url;
    to->ok = to->is_http = 1;
    return would_loop(pool, r, &c, to, use) ? REFERENCE_STAYS : verdict;
}
