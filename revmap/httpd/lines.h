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
 * @file lines.h
 * @brief httpd's own copy of the configuration, which knows where each line
 *        was written
 */

#ifndef REVMAP_HTTPD_LINES_H
#define REVMAP_HTTPD_LINES_H

#include "revmap/httpd/module.h"

/** Give all names of files in it the life of the configuration: those that
 *  mod_macro makes up end when the configuration has been read.
 *  @param pconf owns the copies */
void revmap_keep_file_names(apr_pool_t *pconf);

/** @return non-zero for <VirtualHost> */
int revmap_is_virtual_host(const ap_directive_t *directive);

/** @return non-zero for a directive of this module */
int revmap_is_our_directive(const ap_directive_t *directive);

/** @return the sections of all virtual hosts, for revmap_lines_of() */
apr_array_header_t *revmap_lines_begin(apr_pool_t *pool);

/**
 * Find the lines of a server.  Call it for one server after the other, in
 * httpd's order, beginning with the main server.
 * @param sections from revmap_lines_begin(); the server's own is taken out
 * @return the first line; those of the main server are not all its own, for
 *         the virtual hosts stand among them; NULL if there is none
 */
const ap_directive_t *revmap_lines_of(apr_array_header_t *sections,
                                      const server_rec *server);

/** @return "RevMap /app/ http://b/", the line at a place, or NULL */
const char *revmap_line_at(apr_pool_t *pool, const revmap_place *place);

#endif /* REVMAP_HTTPD_LINES_H */
