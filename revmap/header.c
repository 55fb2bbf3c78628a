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

/* By its kind, the value of a header goes to the reader of its grammar. */

#include "revmap/header.h"
#include "revmap/bearer.h"
#include "revmap/cookie.h"
#include "revmap/edit.h"
#include "revmap/htmx.h"
#include "revmap/link.h"
#include "revmap/noinline.h"
#include "revmap/origins.h"
#include "revmap/query.h"
#include "revmap/refresh.h"

/* The value is one URL, and nothing in it changes by itself.  That goes without
 * edits, which keep pieces of a field: nearly every Location comes here. */
static void map_bare_url(const revmap_exchange *exchange, revmap_slice url,
                         apr_pool_t *pool, revmap_outcome *outcome,
                         revmap_use use)
{
    revmap_result result;

    revmap_evaluate(exchange, url, use, pool, &result);
    revmap_outcome_init(outcome);
    outcome->reason = result.reason;
    outcome->place = result.place;
    if (result.reason == REVMAP_MAPPED) {
        outcome->value = revmap_slice_join(pool, result.part, result.parts);
    }
    else if (result.leaks) {
        outcome->leak = url;
    }
}

static REVMAP_NOINLINE void
map_url_in_field(const revmap_exchange *exchange, revmap_slice value,
                 apr_pool_t *pool, revmap_outcome *outcome, revmap_use use)
{
    revmap_edits edits;

    revmap_edits_begin_url(&edits, value, pool, outcome);
    revmap_edits_url(&edits, exchange, use, value, "");
    revmap_edits_end(&edits);
}

static int has_blanks_around(revmap_slice value)
{
    return value.len
           && (revmap_is_blank(value.ptr[0])
               || revmap_is_blank(value.ptr[value.len - 1]));
}

/* The value is one URL; blanks around it are kept. */
static void map_url(const revmap_exchange *exchange, revmap_slice value,
                    apr_pool_t *pool, revmap_outcome *outcome, revmap_use use)
{
    if (has_blanks_around(value) || (exchange->holds & REVMAP_HOLDS_QUERY)) {
        map_url_in_field(exchange, value, pool, outcome, use);
    }
    else {
        map_bare_url(exchange, value, pool, outcome, use);
    }
}

/* The value is one path, which begins with one slash. */
static void map_path(const revmap_exchange *exchange, revmap_slice value,
                     apr_pool_t *pool, revmap_outcome *outcome)
{
    revmap_slice path = revmap_slice_trim(value);

    if (path.len && path.ptr[0] == '/'
        && !(path.len > 1 && path.ptr[1] == '/')) {
        map_url(exchange, value, pool, outcome, REVMAP_USE_PATH);
    }
    else {
        revmap_outcome_init(outcome);
    }
}

/* Only a redirect is followed. */
static revmap_use use_of(const revmap_exchange *exchange,
                         const revmap_header *header)
{
    return header->use == REVMAP_USE_REDIRECT && !exchange->is_redirect
               ? REVMAP_USE_REFERENCE
               : header->use;
}

void revmap_header_map(const revmap_exchange *exchange, revmap_slice value,
                       apr_pool_t *pool, revmap_outcome *outcome,
                       const revmap_header *header)
{
    switch (header->kind) {
    case REVMAP_KIND_URL:
        map_url(exchange, value, pool, outcome, use_of(exchange, header));
        break;
    case REVMAP_KIND_LINK:
        revmap_link_map(exchange, value, pool, outcome);
        break;
    case REVMAP_KIND_REFRESH:
        revmap_refresh_map(exchange, value, pool, outcome);
        break;
    case REVMAP_KIND_COOKIE:
        revmap_cookie_map(exchange, value, pool, outcome);
        break;
    case REVMAP_KIND_PATH:
        map_path(exchange, value, pool, outcome);
        break;
    case REVMAP_KIND_HTMX:
        revmap_htmx_map(exchange, value, pool, outcome);
        break;
    case REVMAP_KIND_BEARER:
        revmap_bearer_map(exchange, value, pool, outcome);
        break;
    case REVMAP_KIND_ORIGINS:
        revmap_origins_map(exchange, value, pool, outcome);
        break;
    default:
        revmap_outcome_init(outcome);
        break;
    }
}
