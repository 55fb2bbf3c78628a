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
 * @file module.h
 * @brief The configuration, which all files of the httpd side share
 */

#ifndef REVMAP_HTTPD_MODULE_H
#define REVMAP_HTTPD_MODULE_H

#include "httpd.h"
#include "http_config.h"

#include "revmap/exchange.h"
#include "revmap/noinline.h"
#include "revmap/side.h"

#if !AP_MODULE_MAGIC_AT_LEAST(20120211, 61)
#error "mod_revmap needs httpd 2.4.23 or later"
#endif

extern module AP_MODULE_DECLARE_DATA revmap_module;

/** RevMapEngine. */
typedef enum revmap_engine {
    REVMAP_ENGINE_UNSET = 0,
    REVMAP_ENGINE_OFF,
    REVMAP_ENGINE_DRY_RUN, /**< everything but the change */
    REVMAP_ENGINE_ON
} revmap_engine;

/** RevMapOrigin. */
typedef enum revmap_origin_mode {
    REVMAP_ORIGIN_UNSET = 0,
    REVMAP_ORIGIN_AUTO,
    REVMAP_ORIGIN_SERVER, /**< from here on redirects are absolute */
    REVMAP_ORIGIN_URL
} revmap_origin_mode;

/** RevMapAuto. */
typedef enum revmap_auto {
    REVMAP_AUTO_UNSET = 0,
    REVMAP_AUTO_OFF,
    REVMAP_AUTO_PROXYPASS,
    REVMAP_AUTO_ON
} revmap_auto;

/** The configuration of a section. */
typedef struct revmap_dir_config {
    revmap_map *map;           /**< of this section's own lines, or NULL */
    const revmap_scope *scope; /**< the maps in force, this one first */
    revmap_engine engine;
    revmap_auto automatic;
    revmap_origin_mode origin_mode;
    const revmap_site *origin; /**< for REVMAP_ORIGIN_URL */
} revmap_dir_config;

/** The configuration of a server. */
typedef struct revmap_server_config {
    revmap_mounts *mounts;         /**< the public sides written outside of its
                                        sections, the others chained to it: */
    revmap_mounts *pass_mounts;    /**< of the derived map passes */
    revmap_mounts *section_mounts; /**< of all its sections */
    apr_array_header_t *written;   /**< of revmap_section */
    apr_array_header_t *files;     /**< of revmap_file_use */
    revmap_auto automatic;         /**< what RevMapAuto is somewhere in it, the
                                        most of it; never REVMAP_AUTO_OFF */
    revmap_map *passes;            /**< derived from ProxyPass lines of the
                                        server, NULL: none */
    revmap_map *sections;          /**< from those in its <Location>s */
    const revmap_scope *derived; /**< all that apply here, main server's too */
    apr_array_header_t *forward; /**< of revmap_pass pointers */
    revmap_index *prefixes;      /**< of those that match by a prefix */
    revmap_index *section_prefixes; /**< the same in its <Location>s */
    int inherits_passes;            /**< ProxyPassInherit */
    const revmap_origin *name;      /**< of ServerName, host alone; NULL: it is
                                         none that can be read */
} revmap_server_config;

/** The map of a section, for those who look at the configuration. */
typedef struct revmap_section {
    const char *title;           /**< "<Location /app/>", or "server config" */
    const ap_directive_t *where; /**< the innermost section, or NULL */
    revmap_map *map;
} revmap_section;

/** A line of the forward configuration. */
typedef struct revmap_pass {
    revmap_place place;
    const char *directive;
    const char *fake;
    const char *prefix; /**< by which it matches, NULL: by a pattern */
    const char *real;
    int in_section;
    int is_pattern;
    int is_interpolated;
    int is_encoded;      /**< mod_proxy does not escape its paths */
    const char *why_not; /**< NULL: a rule was derived */
} revmap_pass;

/** The four of httpd's module record: what there is for each section and each
 *  server, and how an inner one takes from an outer one what it does not say
 *  itself. */
void *revmap_create_dir_config(apr_pool_t *pool, char *dir);
void *revmap_merge_dir_config(apr_pool_t *pool, void *base, void *add);
void *revmap_create_server_config(apr_pool_t *pool, server_rec *server);
void *revmap_merge_server_config(apr_pool_t *pool, void *base, void *add);

/** @return non-zero while the configuration is read for the first of two
 *          times, when nothing needs to be said about it */
int revmap_is_rehearsal(void);

/** @return non-zero for `httpd -t`, which is to find mistakes; a server that
 *          runs goes on with a warning */
int revmap_is_config_test(void);

/** @return the configuration of a server; virtual hosts in which nothing of
 *          ours is written may share that of the main server */
revmap_server_config *revmap_server_config_of(const server_rec *server);

/** The directives. */
extern const command_rec revmap_directives[];

/** Print all maps for `httpd -t -D DUMP_REVMAP`. */
void revmap_dump(apr_pool_t *pool, server_rec *server);

/** Print RevMap lines for the ProxyPassReverse lines of the configuration, for
 *  `httpd -t -D REVMAP_MIGRATE`. */
void revmap_migrate(apr_pool_t *pool);

#endif /* REVMAP_HTTPD_MODULE_H */
