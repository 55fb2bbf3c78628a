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

/**
 * @file mod_revmap.h
 * @brief What other modules may ask mod_revmap
 *
 * A module that works on what headers do not cover, bodies for example, can
 * map URLs by the rules of the request:
 *
 *     static APR_OPTIONAL_FN_TYPE(revmap_to_public) *to_public;
 *
 *     static void retrieve(void)       in ap_hook_optional_fn_retrieve()
 *     {
 *         to_public = APR_RETRIEVE_OPTIONAL_FN(revmap_to_public);
 *     }
 *
 *     const char *mapped = to_public ? to_public(r, url) : NULL;
 *
 * Where mod_revmap is not loaded, the function is NULL.
 *
 * Both functions are for a request that goes to a backend, from when mod_proxy
 * builds the request to the backend (its optional hook "fixups") until the
 * request has been logged; most callers are filters of the response.  They
 * look at the request that they are given alone, so a filter passes f->r.
 *
 * They give back the new URL, allocated from r->pool, or NULL if the URL has
 * to be left as it is: because no rule covers it, because it is foreign or
 * screened, because RevMapEngine is Off or DryRun or no-revmap is set, or
 * because the request does not go to a backend, at least not yet.  The URL that
 * is given is not changed and need not outlive the call; blanks around it are
 * no part of a URL.  What the functions do is neither logged nor counted.
 *
 * @defgroup MOD_REVMAP mod_revmap
 * @ingroup  APACHE_MODS
 * @{
 */

#ifndef MOD_REVMAP_H
#define MOD_REVMAP_H

#include "httpd.h"

#include "apr_optional.h"

/** The version of the module. */
#define MOD_REVMAP_VERSION "1.0.0"

#ifdef __cplusplus
extern "C" {
#endif

/* clang-format off */

/**
 * Map a URL that the backend wrote to what the client has to use, as it is
 * done for a header other than a redirect: an absolute URL stays absolute.
 * @param r the client's request
 * @param url a URL or relative reference, as the backend wrote it
 * @return the public URL, or NULL
 */
APR_DECLARE_OPTIONAL_FN(const char *, revmap_to_public,
                        (request_rec *r, const char *url));

/**
 * Map a URL that the client wrote to the one by which the backend knows the
 * resource, as it is done for the header Destination.
 * @param r the client's request
 * @param url a URL, or a path that begins with a slash, as the client wrote it
 * @return the backend's URL, or NULL
 */
APR_DECLARE_OPTIONAL_FN(const char *, revmap_to_backend,
                        (request_rec *r, const char *url));

/* clang-format on */

#ifdef __cplusplus
}
#endif

#endif /* MOD_REVMAP_H */
/** @} */
