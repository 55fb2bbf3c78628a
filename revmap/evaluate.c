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

#include "revmap/evaluation.h"
#include "revmap/rewrite.h"

/* ---- which rule --------------------------------------------------------- */

static void find_rule(revmap_evaluation *e)
{
    if (e->claim.named) {
        revmap_match_origin(&e->match, e->claim.named);
    }
    if (e->claim.answering) {
        revmap_match_answering(&e->match);
    }
}

/* The normal form of "scheme://host[:port]/path". */
static const char *subject_of(apr_pool_t *pool, const revmap_origin *origin,
                              revmap_slice path)
{
    revmap_slice parts[2];

    parts[0] = revmap_slice_of(origin ? revmap_origin_text(pool, origin) : "");
    parts[1] = revmap_path_normal(pool, path);
    return revmap_slice_join(pool, parts, 2);
}

/* The texts that a URL is compared with as a whole: as it is written, and as
 * the backend was asked for it. */
typedef struct revmap_subjects {
    const char *path;
    const char *written;
    const char *asked_for;
} revmap_subjects;

static void make_subjects(const revmap_evaluation *e, revmap_subjects *subjects)
{
    const revmap_origin *backend = e->exchange->backend;

    memset(subjects, 0, sizeof(*subjects));
    if (e->claim.origin) {
        subjects->written = subject_of(e->pool, e->claim.origin, e->match.path);
    }
    if (e->claim.answering) {
        subjects->path = subject_of(e->pool, NULL, e->match.path);
        if (backend && backend->scheme != REVMAP_AJP) {
            subjects->asked_for = subject_of(e->pool, backend, e->match.path);
        }
    }
}

static const char *try_rewrite(const revmap_evaluation *e,
                               const revmap_rewrite *rewrite,
                               const revmap_subjects *subjects)
{
    const char *text = NULL;

    if (rewrite->on_path) {
        return subjects->path
                   ? revmap_rewrite_apply(e->pool, rewrite, subjects->path)
                   : NULL;
    }
    if (subjects->written) {
        text = revmap_rewrite_apply(e->pool, rewrite, subjects->written);
    }
    if (!text && subjects->asked_for) {
        text = revmap_rewrite_apply(e->pool, rewrite, subjects->asked_for);
    }
    return text;
}

/* The first regular expression that matches, inner sections first. */
static const char *find_rewrite(const revmap_evaluation *e,
                                const revmap_rewrite **found)
{
    const revmap_scope *scope = e->exchange->scope;
    revmap_subjects subjects;

    make_subjects(e, &subjects);
    for (; scope; scope = revmap_scope_next(scope, REVMAP_FRESH_RULES)) {
        const apr_array_header_t *rewrites = scope->map->rewrites;
        int i;

        for (i = 0; i < rewrites->nelts; i++) {
            const char *text;

            *found = APR_ARRAY_IDX(rewrites, i, const revmap_rewrite *);
            text = try_rewrite(e, *found, &subjects);
            if (text) {
                return text;
            }
        }
    }
    return NULL;
}

/* ---- by a regular expression -------------------------------------------- */

/* Has the public side of a rewrite a query or a fragment of its own, it takes
 * the place of the value's. */
static revmap_slice rewritten_suffix(const revmap_evaluation *e,
                                     const revmap_url *made)
{
    revmap_slice query = revmap_suffix_query(e->url.suffix);
    revmap_slice own_query = revmap_suffix_query(made->suffix);
    revmap_slice parts[2];

    if (!made->suffix.len) {
        return e->url.suffix;
    }
    parts[0] = own_query.len ? own_query : query;
    parts[1] = made->suffix.len > own_query.len
                   ? revmap_slice_from(made->suffix, own_query.len)
                   : revmap_slice_from(e->url.suffix, query.len);
    return revmap_slice_of(revmap_slice_join(e->pool, parts, 2));
}

/* Returns zero if the regular expression made no URL. */
static int aim_by_rewrite(revmap_evaluation *e, const revmap_rewrite *rewrite,
                          const char *text, revmap_target *target)
{
    revmap_url made;

    memset(target, 0, sizeof(*target));
    target->place = &rewrite->place;
    if (text[0] == '/') {
        memset(&made, 0, sizeof(made));
        made.path = revmap_slice_make(text, strcspn(text, "?#"));
        made.suffix = revmap_slice_of(text + made.path.len);
    }
    else if (revmap_url_parse(&made, revmap_slice_of(text))) {
        return 0;
    }
    else {
        e->made = made.origin;
        target->origin = &e->made;
        target->site = made.site;
    }
    target->prefix = revmap_url_path(&made);
    target->rest = REVMAP_LITERAL("");
    target->suffix = rewritten_suffix(e, &made);
    return 1;
}

/* ---- by a prefix -------------------------------------------------------- */

static void aim(const revmap_evaluation *e, revmap_target *target)
{
    const revmap_rule *rule = e->match.rule;

    target->place = &rule->place;
    target->rule = rule;
    target->origin = NULL;
    target->site = REVMAP_LITERAL("");
    if (rule->public_site) {
        target->origin = &rule->public_site->origin;
        target->site = revmap_slice_of(rule->public_site->text);
    }
    target->prefix = revmap_public_path(rule);
    target->rest = revmap_slice_from(e->match.path, e->match.matched);
    target->suffix = e->url.suffix;
    if (!target->prefix.len
        && (!target->rest.len || target->rest.ptr[0] != '/')) {
        target->prefix = REVMAP_LITERAL("/");
    }
}

/* The path is public already; what may still be wrong is the origin.  Returns
 * zero if nothing is. */
static int put_origin_right(revmap_evaluation *e, revmap_target *target)
{
    const revmap_rule *rule = target->rule;
    const revmap_site *right =
        rule->public_site ? rule->public_site : e->exchange->own;
    const revmap_origin *current = e->claim.origin ? e->claim.origin
                                   : e->exchange->own
                                       ? &e->exchange->own->origin
                                       : NULL;

    if (e->claim.upgrade || !right || (!e->claim.origin && !rule->public_site)
        || (current && revmap_origin_equal(current, &right->origin))) {
        revmap_leave(e, REVMAP_ALREADY_PUBLIC, &rule->place);
        return 0;
    }
    target->prefix = e->match.path;
    target->rest = REVMAP_LITERAL("");
    return 1;
}

/* A value that may be meant in public terms: where it is, its path is right.
 * Returns zero if it stays. */
static int read_as_public(revmap_evaluation *e, revmap_target *target)
{
    const revmap_rule *rule = target->rule;
    const revmap_rule *other;

    if (rule->nested && revmap_rule_public_covers(rule, e->match.path)) {
        return put_origin_right(e, target);
    }
    other = revmap_match_other_mount(e->exchange, e->match.path, rule);
    if (other) {
        revmap_leave(e, REVMAP_OTHER_MOUNT, &other->place);
    }
    return !other;
}

/* ---- all together ------------------------------------------------------- */

/* Why a URL that nobody claims is left. */
static revmap_reason unclaimed(const revmap_evaluation *e)
{
    return e->claim.ambiguous ? REVMAP_ASKED_HOST : REVMAP_FOREIGN;
}

/* No rule covers it.  A URL of the public site may well be outside of all
 * rules; one with the name of a backend is not for clients. */
static void leave_outside(revmap_evaluation *e)
{
    if (!revmap_is_named(&e->claim) && !e->claim.answering) {
        revmap_leave(e, unclaimed(e), NULL);
        return;
    }
    revmap_leave(e, REVMAP_OUTSIDE, NULL);
    e->result->leaks = e->claim.origin && !e->claim.ambiguous;
}

/* Find where e->match.path goes.  Returns zero if it stays where it is; that
 * has been noted then. */
static int find_target(revmap_evaluation *e, revmap_target *target)
{
    const revmap_rewrite *rewrite;
    const revmap_rule *rule;
    const char *rewritten = NULL;

    find_rule(e);
    rule = e->match.rule;
    if (rule && rule->excluded) {
        revmap_leave(e, REVMAP_EXCLUDED, &rule->place);
        return 0;
    }
    if (e->exchange->holds & REVMAP_HOLDS_REWRITES) {
        rewritten = find_rewrite(e, &rewrite);
    }
    if (rewritten) {
        if (!aim_by_rewrite(e, rewrite, rewritten, target)) {
            revmap_leave(e, REVMAP_BAD_RESULT, &rewrite->place);
            return 0;
        }
        return 1;
    }
    if (!rule) {
        leave_outside(e);
        return 0;
    }
    aim(e, target);
    return 1;
}

/* Read on the public side, the reference leads to where it is mapped to, if
 * maybe by another spelling: mod_proxy does not keep that of the client.  A
 * regular expression may put segments in another order, so that no more than
 * their "%2F" and "/" tell them apart. */
static int reads_right(const revmap_evaluation *e, const revmap_target *target,
                       revmap_slice public_reading)
{
    return revmap_target_path_is(target, public_reading,
                                 target->rule ? REVMAP_READ_DECODED
                                              : REVMAP_READ_NORMAL)
           && revmap_target_is_here(e, target);
}

/* Read it on both sides (RFC 3986 section 5): if the public reading leads
 * elsewhere than the mapping of the backend's, it has to be written out.
 * Returns zero if it stays. */
static int read_as_relative(revmap_evaluation *e, const revmap_target *target)
{
    const revmap_exchange *x = e->exchange;
    revmap_slice public_reading =
        revmap_path_resolve(e->pool, x->public_path, e->url.path);

    if (reads_right(e, target, public_reading)) {
        revmap_leave(e, REVMAP_READS_RIGHT, target->place);
        return 0;
    }
    if (target->rule
        && revmap_match_other_mount(x, public_reading, target->rule)) {
        revmap_leave(e, REVMAP_OTHER_MOUNT, target->place);
        return 0;
    }
    return 1;
}

/* The path that the backend means.  Returns zero if nobody knows. */
static int resolve(revmap_evaluation *e)
{
    const revmap_exchange *x = e->exchange;
    revmap_slice reference = e->url.path;

    if (!reference.len && (!e->url.suffix.len || *e->url.suffix.ptr == '#')) {
        revmap_leave(e, REVMAP_SAME_DOCUMENT, NULL);
        return 0;
    }
    if (e->use == REVMAP_USE_PAGE || !x->backend || !x->public_path.len) {
        revmap_leave(e, REVMAP_NO_BASE, NULL);
        return 0;
    }
    revmap_match_init(
        &e->match, x,
        revmap_path_resolve(e->pool, revmap_requested_path(x), reference),
        REVMAP_READ_NORMAL);
    return 1;
}

/* Find the path of the URL.  Returns zero if it has none. */
static int find_path(revmap_evaluation *e)
{
    revmap_slice path;

    if (e->url.form == REVMAP_FORM_RELATIVE) {
        return resolve(e);
    }
    path = revmap_url_path(&e->url);
    if (revmap_url_has_dots(&e->url)) {
        path = revmap_path_remove_dots(e->pool, path);
    }
    revmap_match_init(&e->match, e->exchange, path,
                      e->url.bytes & REVMAP_BYTE_ODD ? REVMAP_READ_NORMAL
                                                     : REVMAP_READ_BYTES);
    return 1;
}

/* What the client makes of the value as it is.  Returns zero if it stays. */
static int read_by_client(revmap_evaluation *e, revmap_target *target)
{
    if (e->url.form == REVMAP_FORM_RELATIVE) {
        return read_as_relative(e, target);
    }
    return !e->claim.ambiguous || !target->rule || read_as_public(e, target);
}

void revmap_evaluate(const revmap_exchange *exchange, revmap_slice text,
                     revmap_use use, apr_pool_t *pool, revmap_result *result)
{
    revmap_evaluation e;
    revmap_target target;
    revmap_reason reason;

    result->leaks = 0;
    result->parts = 0;
    result->rule = NULL;
    e.exchange = exchange;
    e.use = use;
    e.pool = pool;
    e.result = result;
    reason = revmap_url_parse_known(&e.url, text, exchange->backend_site,
                                    exchange->backend);
    if (reason) {
        revmap_leave(&e, reason, NULL);
        return;
    }
    if (!revmap_claim_url(&e) && !(exchange->holds & REVMAP_HOLDS_REWRITES)) {
        revmap_leave(&e, unclaimed(&e), NULL);
    }
    else if (find_path(&e) && find_target(&e, &target)
             && read_by_client(&e, &target)) {
        revmap_write_target(&e, &target);
    }
}
