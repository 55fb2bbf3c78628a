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
 * @file directive.h
 * @brief What the handlers of directives share
 */

#ifndef REVMAP_HTTPD_DIRECTIVE_H
#define REVMAP_HTTPD_DIRECTIVE_H

#include "revmap/httpd/module.h"

/** @return non-zero if both are the same word, case aside */
int revmap_is_word(const char *word, const char *expected);

/** @return non-zero if directives may stand in a section of this name */
int revmap_is_allowed_section(const char *name);

/** @return NULL, or why the directive may not stand where it does */
const char *revmap_check_context(cmd_parms *cmd);

/** @return the path of the plain <Location> around a directive, or NULL if
 *          there is none or it is a pattern */
const char *revmap_plain_location(cmd_parms *cmd);

/** @return non-zero for <Location> and <LocationMatch> */
int revmap_is_location(const ap_directive_t *section);

/**
 * Read the argument of a <Location> or <LocationMatch>.
 * @param is_pattern set if it is a regular expression, or has a wildcard,
 *        which mod_proxy takes for one
 * @return the path or pattern
 */
const char *revmap_location_path(apr_pool_t *pool,
                                 const ap_directive_t *section,
                                 int *is_pattern);

/** @return what a line's section is called: "<Location /app/> <If ...>",
 *          "virtual host" or "server config" */
const char *revmap_section_title(apr_pool_t *pool, const ap_directive_t *line,
                                 const server_rec *server);

/** @return the map of the section in which the directive stands */
revmap_map *revmap_map_of(cmd_parms *cmd, revmap_dir_config *config);

/** @return where the directive stands; from now on it is counted how often the
 *          line decides */
revmap_place revmap_place_of(const cmd_parms *cmd);

/** @return @a error with the name of the directive in front; NULL for NULL */
const char *revmap_complain(const cmd_parms *cmd, const char *error);

/** @return NULL, or what is wrong if a word follows "none"
 *  @param word may be NULL */
const char *revmap_check_none(const cmd_parms *cmd, const char *word);

/** Warn of a line that is legal, but hardly meant. */
void revmap_warn(const cmd_parms *cmd, const char *what);

/**
 * Compile a regular expression.
 * @param is_whole non-zero: it is anchored at both ends, so that nothing
 *        matches by accident
 * @param compiled filled in; freed with the pool of the configuration
 * @return NULL, or what is wrong with it
 */
const char *revmap_compile_regex(cmd_parms *cmd, const char *pattern,
                                 int is_whole, const ap_regex_t **compiled);

/** A revmap_match_fn for what revmap_compile_regex() makes. */
int revmap_match_regex(const void *regex, const char *subject,
                       revmap_slice groups[10]);

/* Handlers of directives.  Each gives back NULL, or what is wrong with the line
 * and what to write instead. */

/** RevMap [public] backend | ! backend | none */
const char *revmap_set_rule(cmd_parms *cmd, void *dir_config, int argc,
                            char *const argv[]);

/** RevMapRewrite regex public */
const char *revmap_set_rewrite(cmd_parms *cmd, void *dir_config,
                               const char *pattern, const char *public_side);

/** RevMapCookie name action ... | none */
const char *revmap_set_cookie_line(cmd_parms *cmd, void *dir_config, int argc,
                                   char *const argv[]);

#endif /* REVMAP_HTTPD_DIRECTIVE_H */
