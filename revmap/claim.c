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

/* Whose is it?  An absolute URL is its origin's, a path is the answering
 * backend's, and under the public authority it depends on the scheme. */

#include "revmap/evaluation.h"
#include "revmap/noinline.h"

/* Returns non-zero if the origin, which now has its scheme, is one that can be
 * mapped at all. */
static int claim_origin(revmap_evaluation *e)
{
    const revmap_exchange *x = e->exchange;
    const revmap_origin *origin = &e->url.origin;
    revmap_claim *claim = &e->claim;

    claim->origin = origin;
    claim->is_asked =
        e->url.is_known
        || (x->backend && revmap_origin_equal(origin, x->backend));
    claim->named =
        claim->is_asked ? x->backend_named : revmap_name_origin(x, origin);
    claim->is_named = claim->named && claim->named->scheme == origin->scheme;
    if (x->told && revmap_same_authority(origin, x->told)) {
        claim->answering = claim->ambiguous = 1;
        claim->upgrade = origin->scheme != x->told->scheme && !claim->is_named;
        return 1;
    }
    claim->ambiguous = x->asked && revmap_same_authority(origin, x->asked);
    claim->upgrade = 0;
    claim->answering = claim->is_asked || revmap_is_answering(x, origin);
    return claim->named || claim->answering;
}

static int claim_by(revmap_evaluation *e, apr_port_t port, revmap_scheme scheme)
{
    e->url.origin.port = port;
    revmap_origin_set_scheme(&e->url.origin, scheme);
    return claim_origin(e);
}

/* "//host/path" has the scheme of the page, and the backend believes that
 * this is its own; only if nobody is known by that, the other one is tried.
 * What is nobody's keeps the first one, for the regular expressions. */
static REVMAP_NOINLINE int claim_network(revmap_evaluation *e)
{
    const revmap_exchange *x = e->exchange;
    apr_port_t port = e->url.origin.port;
    revmap_scheme scheme = REVMAP_HTTP;

    if (x->told) {
        scheme = x->told->scheme;
    }
    else if (x->backend && x->backend->scheme != REVMAP_AJP) {
        scheme = x->backend->scheme;
    }
    return claim_by(e, port, scheme)
           || claim_by(e, port,
                       scheme == REVMAP_HTTP ? REVMAP_HTTPS : REVMAP_HTTP)
           || claim_by(e, port, scheme);
}

int revmap_claim_url(revmap_evaluation *e)
{
    switch (e->url.form) {
    case REVMAP_FORM_ABSOLUTE:
        return claim_origin(e);
    case REVMAP_FORM_NETWORK:
        return claim_network(e);
    default:
        memset(&e->claim, 0, sizeof(e->claim));
        e->claim.answering = 1;
        e->claim.ambiguous = e->url.form == REVMAP_FORM_PATH;
        return 1;
    }
}
