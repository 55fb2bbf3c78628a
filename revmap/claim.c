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

static int is_same_scheme(const revmap_origin *a, const revmap_origin *b)
{
    return a && a->scheme == b->scheme;
}

/* Returns non-zero if the origin, which now has its scheme, is one that can be
 * mapped at all. */
static int claim_origin(revmap_evaluation *e)
{
    const revmap_exchange *x = e->exchange;
    const revmap_origin *origin = &e->url.origin;
    revmap_claim *claim = &e->claim;
    int is_asked = e->url.is_known
                   || (x->backend && revmap_origin_equal(origin, x->backend));
    int is_told = x->told && revmap_same_authority(origin, x->told);
    const revmap_origin *named =
        is_asked ? x->backend_named : revmap_name_origin(x, origin);

    claim->origin = origin;
    claim->upgrade = is_told && !is_same_scheme(x->told, origin)
                     && !is_same_scheme(named, origin);
    claim->named = is_asked || claim->upgrade ? NULL : named;
    claim->ambiguous =
        is_told || (x->asked && revmap_same_authority(origin, x->asked));
    claim->answering = is_asked || is_told || revmap_is_answering(x, origin);
    return claim->named || claim->answering;
}

/* "//host/path" has the scheme of the page, and the backend believes that this
 * is its own; only if nobody is known by that, the other one is tried. */
static REVMAP_NOINLINE void give_scheme(revmap_evaluation *e, apr_port_t port,
                                        int is_other)
{
    const revmap_exchange *x = e->exchange;
    revmap_scheme scheme = REVMAP_HTTP;

    if (x->told) {
        scheme = x->told->scheme;
    }
    else if (x->backend && x->backend->scheme != REVMAP_AJP) {
        scheme = x->backend->scheme;
    }
    if (is_other) {
        scheme = scheme == REVMAP_HTTP ? REVMAP_HTTPS : REVMAP_HTTP;
    }
    e->url.origin.port = port;
    revmap_origin_set_scheme(&e->url.origin, scheme);
}

static int claim_path(revmap_evaluation *e)
{
    memset(&e->claim, 0, sizeof(e->claim));
    e->claim.answering = 1;
    e->claim.ambiguous = e->url.form == REVMAP_FORM_PATH;
    return 1;
}

int revmap_claim_url(revmap_evaluation *e)
{
    apr_port_t port = e->url.origin.port;
    int tries = e->url.form == REVMAP_FORM_NETWORK ? 3 : 0;

    if (e->url.form == REVMAP_FORM_PATH
        || e->url.form == REVMAP_FORM_RELATIVE) {
        return claim_path(e);
    }
    do {
        /* What is nobody's gets the first scheme again, for the regular
         * expressions. */
        if (tries) {
            give_scheme(e, port, tries == 2);
        }
        if (claim_origin(e)) {
            return 1;
        }
    } while (--tries > 0);
    return 0;
}
