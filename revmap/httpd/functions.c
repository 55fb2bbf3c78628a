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

/* What other modules may ask.  A filter may ask for each URL of a long page,
 * so that what is known of the request is gathered once for all of them. */

#include "mod_revmap.h"

#include "revmap/httpd/functions.h"
#include "revmap/httpd/module.h"
#include "revmap/httpd/proxied.h"
#include "revmap/httpd/report.h"

struct revmap_known {
    revmap_facts facts;
    revmap_forwarding forwarding;
};

/* NULL if nothing is to be mapped. */
static const revmap_known *know(request_rec *r)
{
    revmap_proxied *proxied = revmap_proxied_of(r);

    if (!revmap_is_to_be_mapped(r) || revmap_is_dry_run(r)) {
        return NULL;
    }
    if (!proxied->known) {
        revmap_known *known = apr_palloc(r->pool, sizeof(*known));

        known->facts.is_gathered = 0;
        revmap_know(r, &known->facts);
        revmap_gather_forward(r, &known->facts, &known->forwarding);
        proxied->known = known;
    }
    return proxied->known;
}

static const char *text_of(request_rec *r, const revmap_result *result)
{
    return result->reason == REVMAP_MAPPED
               ? revmap_slice_join(r->pool, result->part, result->parts)
               : NULL;
}

static const char *revmap_to_public(request_rec *r, const char *url)
{
    const revmap_known *known = know(r);
    revmap_result result;

    if (!known) {
        return NULL;
    }
    revmap_evaluate(&known->facts.exchange,
                    revmap_slice_trim(revmap_slice_of(url)),
                    REVMAP_USE_REFERENCE, r->pool, &result);
    return text_of(r, &result);
}

static const char *revmap_to_backend(request_rec *r, const char *url)
{
    const revmap_known *known = know(r);
    revmap_result result;

    if (!known) {
        return NULL;
    }
    revmap_forward_url(&known->forwarding,
                       revmap_slice_trim(revmap_slice_of(url)), r->pool,
                       &result);
    return text_of(r, &result);
}

void revmap_register_functions(void)
{
    APR_REGISTER_OPTIONAL_FN(revmap_to_public);
    APR_REGISTER_OPTIONAL_FN(revmap_to_backend);
}
