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
 * @file request.h
 * @brief What the backend gets in place of headers of the request
 *
 * A field is changed in r->headers_in before mod_proxy or a balancer reads it,
 * and put back as soon as the response begins, so that filters, error pages
 * and the access log see what the client sent.
 */

#ifndef REVMAP_HTTPD_REQUEST_H
#define REVMAP_HTTPD_REQUEST_H

#include "httpd.h"

#include "apr_dso.h"

#include "revmap/httpd/proxied.h"

/**
 * Decide what the backend gets in place of a field.
 * @param r the client's request
 * @param name of the header, as the client spelled it
 * @param value as the client sent it
 * @param data of who asked
 * @return the new value, from r->pool; "": the field is left out; NULL: it
 *         stays
 */
typedef const char *revmap_request_field(request_rec *r, const char *name,
                                         const char *value, void *data);

/**
 * Change all fields of one name.  Where it has been done before, because
 * mod_proxy tries another member of a balancer, it starts again from what the
 * client sent.
 * @param r marked as proxied
 * @param name of the header
 * @param field is asked for each occurrence
 * @param data handed on to @a field
 */
void revmap_request_change(request_rec *r, const char *name,
                           revmap_request_field *field, void *data);

/** Put back what the client sent.
 *  @param changes revmap_proxied.changes
 *  @param name of a header; NULL: all of them */
void revmap_request_put_back(request_rec *r, apr_array_header_t *changes,
                             const char *name);

/** Put back all that the client sent.  It may be called for any request, more
 *  than once, and does not undo what other modules have done meanwhile. */
static inline void revmap_request_restore(request_rec *r)
{
    const revmap_proxied *proxied = revmap_proxied_of(r);

    if (proxied && proxied->changes) {
        revmap_request_put_back(r, proxied->changes, NULL);
    }
}

/** Register what maps the headers that RevMapRequest names, in a hook of
 *  mod_proxy. */
void revmap_register_request(apr_dso_handle_t *proxy);

#endif /* REVMAP_HTTPD_REQUEST_H */
