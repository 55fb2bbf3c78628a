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

#include "revmap/forward.h"
#include "revmap/match.h"

/* A URL on its way. */
typedef struct revmap_passage {
    const revmap_forwarding *forward;
    revmap_exchange here; /* as if the client had asked the URL's host */
    revmap_url url;
    revmap_slice path; /* without dot segments */
    const revmap_rule *rule;
    int is_usable; /* it is in force for the backend that is asked */
    int depth;     /* of its section, 0 for the innermost */
} revmap_passage;

static void leave(revmap_result *result, revmap_reason reason,
                  const revmap_rule *rule)
{
    result->reason = reason;
    result->place = rule ? &rule->place : NULL;
}

/* ---- which rule --------------------------------------------------------- */

static int depth_of(const revmap_scope *scope, const revmap_rule *rule)
{
    int depth = 0;

    while (scope->map != rule->map) {
        scope = scope->outer;
        depth++;
    }
    return depth;
}

/* Does the rule lead from what the client asked for to what the backend is
 * asked for?  It tells members of a balancer apart that differ only there. */
static int is_way_of_request(const revmap_exchange *exchange,
                             const revmap_rule *rule)
{
    return revmap_rule_public_covers(rule, exchange->public_path)
           && revmap_path_covers(revmap_backend_path(rule),
                                 revmap_requested_path(exchange),
                                 REVMAP_READ_NORMAL, NULL);
}

/* Is the rule's public side a URL on the very origin of this one? */
static int is_on_site(const revmap_passage *p, const revmap_rule *rule)
{
    return rule->public_site && p->here.asked
           && revmap_origin_equal(&rule->public_site->origin, p->here.asked);
}

/* Of two rules with equally long public paths: one that can be used, one on the
 * very origin, the way of this request, the inner section, one with a backend's
 * origin, the first. */
static int is_better(const revmap_passage *p, const revmap_rule *rule,
                     int is_usable)
{
    const revmap_rule *best = p->rule;
    int is_way;
    int depth;

    if (!is_usable || !p->is_usable) {
        return is_usable && !p->is_usable;
    }
    if (is_on_site(p, rule) != is_on_site(p, best)) {
        return is_on_site(p, rule);
    }
    is_way = is_way_of_request(&p->here, rule);
    if (is_way != is_way_of_request(&p->here, best)) {
        return is_way;
    }
    depth = depth_of(p->here.scope, rule);
    if (depth != p->depth) {
        return depth < p->depth;
    }
    if (!rule->backend != !best->backend) {
        return rule->backend != NULL;
    }
    return rule->order < best->order;
}

static void consider(revmap_passage *p, const revmap_rule *rule)
{
    int is_usable;

    if (p->rule
        && revmap_public_key(rule).len < revmap_public_key(p->rule).len) {
        return;
    }
    is_usable = revmap_scope_has(p->here.scope, rule)
                && revmap_is_rule_of_answering(p->forward->exchange, rule);
    if (!p->rule || revmap_public_key(rule).len > revmap_public_key(p->rule).len
        || is_better(p, rule, is_usable)) {
        p->rule = rule;
        p->is_usable = is_usable;
        p->depth = is_usable ? depth_of(p->here.scope, rule) : 0;
    }
}

/* The rule with the longest public side on the URL's host that covers its
 * path. */
static void find_rule(revmap_passage *p)
{
    const revmap_rule *rule;
    revmap_mount_walk walk;

    revmap_mount_walk_init(&walk, &p->here, p->path);
    while ((rule = revmap_mount_walk_next(&walk)) != NULL) {
        consider(p, rule);
    }
}

/* Is it below a RevMap ! of its backend?  What must not be translated for the
 * client is not translated for the backend either. */
static const revmap_rule *find_excluding(const revmap_exchange *exchange,
                                         revmap_slice path)
{
    revmap_match match;

    revmap_match_init(&match, exchange, path, REVMAP_READ_NORMAL);
    revmap_match_answering(&match);
    return match.rule && match.rule->excluded ? match.rule : NULL;
}

/* ---- the new URL -------------------------------------------------------- */

/* Returns the path at the backend, which begins with a slash. */
static revmap_slice target_path(const revmap_passage *p, apr_pool_t *pool)
{
    revmap_slice parts[2];
    apr_size_t matched = 0;

    revmap_path_covers(revmap_public_key(p->rule), p->path, REVMAP_READ_NORMAL,
                       &matched);
    parts[0] = revmap_backend_path(p->rule);
    parts[1] = revmap_slice_from(p->path, matched);
    if (!parts[0].len && (!parts[1].len || parts[1].ptr[0] != '/')) {
        parts[0] = REVMAP_LITERAL("/");
    }
    return revmap_slice_of(revmap_slice_join(pool, parts, 2));
}

static int starts_as_network(revmap_slice path)
{
    return path.len > 1 && path.ptr[0] == '/' && path.ptr[1] == '/';
}

static void write_url(const revmap_passage *p, revmap_slice path,
                      revmap_result *result)
{
    revmap_slice *part = result->part;

    result->reason = REVMAP_MAPPED;
    result->place = &p->rule->place;
    result->rule = p->rule;
    if (p->url.form == REVMAP_FORM_ABSOLUTE) {
        *part++ = revmap_slice_of(p->forward->received->text);
    }
    else if (starts_as_network(path)) {
        *part++ = REVMAP_LITERAL("/.");
    }
    *part++ = path;
    *part++ = p->url.suffix;
    result->parts = (int)(part - result->part);
}

static int is_same(const revmap_passage *p, revmap_slice path)
{
    const revmap_site *received = p->forward->received;

    return revmap_slice_equal(p->path, path)
           && (p->url.form != REVMAP_FORM_ABSOLUTE
               || revmap_origin_equal(&received->origin, &p->url.origin));
}

/* Is the URL this virtual host's own, by its names or by the public side of
 * the rule? */
static int is_own(const revmap_passage *p)
{
    const revmap_forwarding *forward = p->forward;

    return p->url.form == REVMAP_FORM_PATH
           || (p->rule && !p->rule->of_request && is_on_site(p, p->rule))
           || forward->is_own(forward->data, &p->url.origin);
}

/* Find the rule for p->path.  Returns zero if there is none that can be used;
 * that has been noted then. */
static int can_pass(revmap_passage *p, revmap_result *result)
{
    find_rule(p);
    if (!is_own(p)) {
        leave(result, REVMAP_NOT_OWN, NULL);
        return 0;
    }
    if (!p->is_usable) {
        leave(result, p->rule ? REVMAP_OTHER_MOUNT : REVMAP_NO_MOUNT, p->rule);
        return 0;
    }
    return 1;
}

static void map_path(revmap_passage *p, apr_pool_t *pool, revmap_result *result)
{
    const revmap_rule *excluding;
    revmap_slice path;

    if (!can_pass(p, result)) {
        return;
    }
    path = target_path(p, pool);
    excluding = find_excluding(p->forward->exchange, path);
    if (excluding) {
        leave(result, REVMAP_EXCLUDED, excluding);
    }
    else if (is_same(p, path)) {
        leave(result, REVMAP_SAME, p->rule);
    }
    else {
        write_url(p, path, result);
    }
}

/* ---- all together ------------------------------------------------------- */

/* Returns zero if it is nothing that could be mapped. */
static int begin(revmap_passage *p, const revmap_forwarding *forward,
                 revmap_slice text, revmap_result *result)
{
    revmap_reason reason;

    memset(result, 0, sizeof(*result));
    memset(p, 0, sizeof(*p));
    p->forward = forward;
    p->here = *forward->exchange;
    reason = revmap_url_parse(&p->url, text);
    if (!reason && p->url.form == REVMAP_FORM_ABSOLUTE) {
        p->here.asked = &p->url.origin;
        reason = forward->received ? REVMAP_OK : REVMAP_NO_BASE;
    }
    else if (!reason && p->url.form != REVMAP_FORM_PATH) {
        reason = REVMAP_NOTHING;
    }
    result->reason = reason;
    return !reason;
}

void revmap_forward_url(const revmap_forwarding *forward, revmap_slice text,
                        apr_pool_t *pool, revmap_result *result)
{
    revmap_passage p;

    if (begin(&p, forward, text, result)) {
        p.path = revmap_url_path(&p.url);
        if (revmap_url_has_dots(&p.url)) {
            p.path = revmap_path_remove_dots(pool, p.path);
        }
        map_path(&p, pool, result);
    }
}

void revmap_forward_origin(const revmap_forwarding *forward, revmap_slice text,
                           revmap_result *result)
{
    revmap_passage p;

    if (!begin(&p, forward, text, result)) {
        return;
    }
    if (p.url.form != REVMAP_FORM_ABSOLUTE || p.url.path.len
        || p.url.suffix.len) {
        leave(result, REVMAP_NOTHING, NULL);
        return;
    }
    p.path = p.here.public_path;
    if (!can_pass(&p, result)) {
        return;
    }
    if (revmap_origin_equal(&forward->received->origin, &p.url.origin)) {
        leave(result, REVMAP_SAME, p.rule);
    }
    else {
        result->reason = REVMAP_MAPPED;
        result->place = &p.rule->place;
        result->rule = p.rule;
        result->part[0] = revmap_slice_of(forward->received->text);
        result->parts = 1;
    }
}
