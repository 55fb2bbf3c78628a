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
 * @file imagine.h
 * @brief A request that nobody sent: what its section is, and where it would
 *        be forwarded to
 */

#ifndef REVMAP_HTTPD_IMAGINE_H
#define REVMAP_HTTPD_IMAGINE_H

#include "revmap/httpd/module.h"

/** How a request is forwarded. */
typedef enum revmap_forward {
    REVMAP_FORWARD_NONE, /**< it is not, as far as the configuration tells */
    REVMAP_FORWARD_PASS, /**< by mod_proxy, as the configuration says */
    REVMAP_FORWARD_RULE, /**< the other way round than a rule of this module */
    REVMAP_FORWARD_ASKER /**< to where the one who asks says */
} revmap_forward;

/**
 * Make a GET request for a URL of a virtual host.
 * @param pool owns it
 * @param server the virtual host
 * @param site where the client asks, its port 0 if none is written; NULL: the
 *        server has no name
 * @param target path and query
 * @return a request that has not been looked at by any module
 */
request_rec *revmap_imagine(apr_pool_t *pool, server_rec *server,
                            const revmap_origin *site, const char *target);

/** @return the scheme by which an imagined client asks; REVMAP_SCHEME_NONE
 *          for
 *          the connection of a real one */
revmap_scheme revmap_imagined_scheme(const conn_rec *connection);

/**
 * Find its section and where it is forwarded to without a server that runs:
 * by <Location> and <LocationMatch>, and the lines of mod_proxy.  <If>,
 * RewriteRule and SetEnvIf are not looked at.
 * @param r imagined
 */
revmap_forward revmap_imagine_configured(request_rec *r);

/**
 * The same by a look-up in the server that runs, with all that would be
 * looked at for such a request.
 * @param r imagined
 * @param asker the request of the one who asks
 */
revmap_forward revmap_imagine_running(request_rec *r, request_rec *asker);

/** Let an imagined request be forwarded to a URL. */
void revmap_imagine_backend(request_rec *r, const char *url);

/** @return the URL of a ProxyPass line, whose path is decoded text, as
 *          mod_proxy writes it for the backend */
const char *revmap_escape_forwarded(apr_pool_t *pool, const char *url);

#endif /* REVMAP_HTTPD_IMAGINE_H */
