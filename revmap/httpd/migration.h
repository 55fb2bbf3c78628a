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
 * @file migration.h
 * @brief What becomes of a line of mod_proxy, for REVMAP_MIGRATE
 */

#ifndef REVMAP_HTTPD_MIGRATION_H
#define REVMAP_HTTPD_MIGRATION_H

#include "revmap/httpd/directive.h"

#include "apr_hash.h"

/** The section that is being read, and where its lines go. */
typedef struct revmap_migrant {
    apr_file_t *out;
    apr_pool_t *pool;
    apr_hash_t *rules;    /**< the lines that are written, by their sides */
    const char *location; /**< of a <Location> around it, or NULL */
    int is_pattern;       /**< it is a regular expression */
    int is_refused;       /**< RevMap may not stand in it */
    const char *indent;
} revmap_migrant;

/** What becomes of a line. */
typedef struct revmap_migration {
    const char *line;       /**< to be written, NULL: none */
    const char *also;       /**< a second one, or NULL */
    const char *attributes; /**< a line for those of a cookie, or NULL */
    const char *remark;     /**< NULL: nothing to say */
} revmap_migration;

/** @return a word as it may be written in a line, in quotes if it needs
 *          them */
const char *revmap_quote(apr_pool_t *pool, const char *word);

/** @return the first line of the section in which a line stands */
const ap_directive_t *revmap_first_sibling(const ap_directive_t *directive);

/** What becomes of a ProxyPassReverse line.
 *  @param result cleared; filled in */
void revmap_migrate_reverse(const revmap_migrant *in,
                            const ap_directive_t *directive,
                            revmap_migration *result);

#endif /* REVMAP_HTTPD_MIGRATION_H */
