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

/* How the new URL is written: with or without an origin, and not at all if it
 * would be the old one or make the client loop. */

#include "revmap/evaluation.h"

int revmap_target_path_is(const revmap_target *target, revmap_slice path,
                          revmap_reading reading)
{
    return revmap_path_equal_parts(target->prefix, target->rest, path, reading);
}

int revmap_target_is_here(const revmap_evaluation *e,
                          const revmap_target *target)
{
    const revmap_exchange *x = e->exchange;

    return !target->origin
           || (x->own && revmap_origin_equal(target->origin, &x->own->origin))
           || (x->asked && revmap_origin_equal(target->origin, x->asked));
}

/* Make a path of it.  Returns zero if it is on another host than the client
 * asked, which a path cannot name. */
static int strip_origin(const revmap_evaluation *e, revmap_target *target)
{
    const revmap_exchange *x = e->exchange;
    const revmap_origin *origin = target->origin;

    if (origin && !(x->asked && revmap_same_authority(origin, x->asked))
        && !(x->own && revmap_same_authority(origin, &x->own->origin))) {
        return 0;
    }
    target->origin = NULL;
    target->site = REVMAP_LITERAL("");
    return 1;
}

static int stays_absolute(revmap_use use)
{
    return use == REVMAP_USE_REFERENCE || use == REVMAP_USE_ABSOLUTE;
}

/* Where the public side is a path: does the client get the URL with an
 * origin, and which? */
static void choose_origin(const revmap_evaluation *e, revmap_target *target)
{
    const revmap_exchange *x = e->exchange;

    if (e->claim.upgrade
        && (!target->origin
            || revmap_origin_same_host(target->origin, e->claim.origin))) {
        target->origin = e->claim.origin;
        target->site = e->url.site;
    }
    else if ((stays_absolute(e->use) || x->absolute_redirects)
             && !target->origin && e->claim.origin && x->own) {
        target->origin = &x->own->origin;
        target->site = revmap_slice_of(
            x->own->text ? x->own->text
                         : revmap_origin_text(e->pool, &x->own->origin));
    }
}

/* A byte of its path, NUL behind the end. */
static char byte_of(const revmap_target *target, apr_size_t i)
{
    if (i < target->prefix.len) {
        return target->prefix.ptr[i];
    }
    i -= target->prefix.len;
    return (char)(i < target->rest.len ? target->rest.ptr[i] : '\0');
}

/* Without an origin, a path that begins with two slashes would be read as
 * one (RFC 3986 section 4.2), by Firefox even if blanks stand between them:
 * it takes them out of a Link. */
static int reads_as_network(const revmap_target *target)
{
    char second = byte_of(target, 1);
    apr_size_t i = 1;

    if (second != '/' && second != ' ') {
        return 0;
    }
    while (byte_of(target, i) == ' ') {
        i++;
    }
    return byte_of(target, i) == '/' && byte_of(target, 0) == '/';
}

static void write_target(revmap_evaluation *e, const revmap_target *target)
{
    revmap_result *result = e->result;
    revmap_slice *part = result->part;

    result->reason = REVMAP_MAPPED;
    result->place = target->place;
    result->rule = target->rule;
    if (target->site.len) {
        *part++ = target->site;
    }
    if (!target->origin && reads_as_network(target)) {
        *part++ = REVMAP_LITERAL("/.");
    }
    *part++ = target->prefix;
    *part = target->rest;
    if (part->ptr + part->len == target->suffix.ptr) {
        part->len += target->suffix.len;
    }
    else {
        *++part = target->suffix;
    }
    result->parts = (int)(part - result->part) + 1;
}

/* The value is what it would become. */
static int is_same(const revmap_evaluation *e, const revmap_target *target)
{
    if (!target->origin != !e->claim.origin
        || e->url.form == REVMAP_FORM_RELATIVE
        || !revmap_target_path_is(target, e->match.path, REVMAP_READ_NORMAL)
        || !revmap_slice_equal(target->suffix, e->url.suffix)) {
        return 0;
    }
    return !target->origin
           || revmap_origin_equal(target->origin, e->claim.origin);
}

/* ---- loops -------------------------------------------------------------- */

/* The query of a suffix is this one. */
static inline int has_query(revmap_slice suffix, revmap_slice query)
{
    return suffix.len >= query.len
           && (suffix.len == query.len || suffix.ptr[query.len] == '#')
           && revmap_slice_equal(revmap_suffix_query(suffix), query);
}

/* The backend names the very URL that it was asked for: it means it.  Where
 * its path is unknown, because it is a FastCGI backend, any path may be. */
static int names_its_request(const revmap_evaluation *e)
{
    const revmap_exchange *x = e->exchange;
    const revmap_origin *origin = e->claim.origin;

    if (x->backend
        && (!revmap_path_equal(e->match.path, revmap_requested_path(x))
            || !has_query(e->url.suffix, revmap_requested_query(x)))) {
        return 0;
    }
    return !origin || (x->backend && revmap_origin_equal(origin, x->backend))
           || (x->told && revmap_origin_equal(origin, x->told));
}

static int is_requested(const revmap_evaluation *e, const revmap_target *target)
{
    const revmap_exchange *x = e->exchange;

    return has_query(target->suffix, x->public_query)
           && revmap_target_is_here(e, target)
           && revmap_target_path_is(target, x->public_path, REVMAP_READ_NORMAL);
}

static int would_loop(const revmap_evaluation *e, const revmap_target *target)
{
    return e->use == REVMAP_USE_REDIRECT && e->exchange->repeats
           && is_requested(e, target) && !names_its_request(e);
}

/* Give the target the form that its use needs.  Returns zero if it cannot
 * have it. */
static int choose_form(const revmap_evaluation *e, revmap_target *target)
{
    if (e->use == REVMAP_USE_PATH) {
        return strip_origin(e, target);
    }
    choose_origin(e, target);
    return e->use != REVMAP_USE_ABSOLUTE || !e->claim.origin || target->origin;
}

void revmap_write_target(revmap_evaluation *e, revmap_target *target)
{
    if (!choose_form(e, target)) {
        revmap_leave(e, REVMAP_UNFIT, target->place);
        return;
    }
    if (is_same(e, target)) {
        revmap_leave(e, REVMAP_SAME, target->place);
    }
    else if (would_loop(e, target)) {
        revmap_leave(e, REVMAP_LOOP, target->place);
    }
    else {
        write_target(e, target);
    }
}
