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
 * @file listing.h
 * @brief The map of a server as a list for people: what the dump and the page
 *        show
 */

#ifndef REVMAP_HTTPD_LISTING_H
#define REVMAP_HTTPD_LISTING_H

#include "revmap/httpd/module.h"

/** A rule, or what became none. */
typedef struct revmap_listed_rule {
    const char *public_side; /**< "!" where nothing is mapped */
    const char *backend_side;
    const revmap_place *place;
    const char *remark; /**< what else there is to say, or "" */
} revmap_listed_rule;

/** The lines of a section, in the order in which they were written. */
typedef struct revmap_listed_section {
    const char *title;
    const server_rec *server; /**< to which it belongs */
    int inherits_no_rules;
    apr_array_header_t *rules;    /**< of revmap_listed_rule */
    apr_array_header_t *settings; /**< of const ap_directive_t pointers: all
                                       other lines of this module */
} revmap_listed_section;

/**
 * List the map of a server: its sections as they are written, then what is
 * derived, at last what could not be derived.
 * @param pool owns the list
 * @param server whose sections are listed
 * @param lines from revmap_lines_of()
 * @param heir NULL, or a virtual host: what it does not inherit is left out
 * @return an array of revmap_listed_section; the same one each time
 */
apr_array_header_t *revmap_list(apr_pool_t *pool, const server_rec *server,
                                const ap_directive_t *lines,
                                const server_rec *heir);

/** @return "www.example.com:443" */
const char *revmap_server_text(apr_pool_t *pool, const server_rec *server);

/** @return "On", "ProxyPass" or "Off": RevMapAuto outside of all sections */
const char *revmap_auto_text(const server_rec *server);

#endif /* REVMAP_HTTPD_LISTING_H */
