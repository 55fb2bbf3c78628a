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

/* What all public sides of a virtual host are, now that all rules are there:
 * its own, and those that it inherits. */

#include "revmap/httpd/checks.h"
#include "revmap/httpd/facts.h"
#include "revmap/httpd/file.h"

#include "apr_strings.h"

#include "revmap/survey.h"

/* "RevMap none" outside of all sections. */
static int inherits_rules(const revmap_server_config *config)
{
    int i;

    for (i = 0; i < config->written->nelts; i++) {
        const revmap_section *section =
            &APR_ARRAY_IDX(config->written, i, revmap_section);

        if (section->title[0] != '<'
            && section->map->fresh & REVMAP_FRESH_RULES) {
            return 0;
        }
    }
    return 1;
}

/* Sets without public sides are not to be asked. */
static const revmap_mounts *pass_over_empty(const revmap_mounts *mounts)
{
    while (mounts && !revmap_index_count(mounts->index)) {
        mounts = mounts->outer;
    }
    return mounts;
}

static const revmap_mounts *add_outer(apr_pool_t *pool,
                                      const revmap_mounts *mounts,
                                      const revmap_mounts *outer)
{
    revmap_mounts *copy = apr_pmemdup(pool, mounts, sizeof(*mounts));

    copy->outer = outer;
    return pass_over_empty(copy);
}

static void chain_mounts(revmap_server_config *config)
{
    config->pass_mounts->outer = pass_over_empty(config->section_mounts);
    config->mounts->outer = pass_over_empty(config->pass_mounts);
}

/* A virtual host has the sections of the main server, and what else of it is
 * inherited. */
static void inherit_mounts(apr_pool_t *pool,
                           const revmap_server_config *main_config,
                           revmap_server_config *config)
{
    const revmap_mounts *outer = NULL;
    int with_rules = inherits_rules(config);

    revmap_inherit_files(main_config, config, with_rules);
    if (with_rules) {
        outer = add_outer(pool, main_config->mounts, outer);
    }
    if (config->inherits_passes) {
        outer = add_outer(pool, main_config->pass_mounts, outer);
    }
    config->section_mounts->outer =
        add_outer(pool, main_config->section_mounts, outer);
}

static int is_name_of(const void *server, const revmap_origin *origin)
{
    const revmap_server_config *config = revmap_server_config_of(server);
    revmap_origin served = revmap_served_host(origin);
    int i;

    if (revmap_is_server_name(server, &served)) {
        return 1;
    }
    for (i = 0; i < config->written->nelts; i++) {
        revmap_scope scope;

        scope.map = APR_ARRAY_IDX(config->written, i, revmap_section).map;
        scope.outer = NULL;
        if (revmap_scope_is_public_host(&scope, &served)) {
            return 1;
        }
    }
    return 0;
}

/* What stands in the main server counts in virtual hosts, too. */
static int is_name_of_any(const void *main_server, const revmap_origin *origin)
{
    const server_rec *server = main_server;

    while (server && !is_name_of(server, origin)) {
        server = server->next;
    }
    return server != NULL;
}

static void survey_map(revmap_survey *survey, const server_rec *server,
                       revmap_map *map, int is_everywhere)
{
    if (map) {
        revmap_survey_add(
            survey, map, is_everywhere, revmap_server_config_of(server)->mounts,
            server->is_virtual ? is_name_of : is_name_of_any, server);
        if (map->late) {
            revmap_survey_expect_own(survey);
        }
    }
}

static void survey_server(revmap_survey *survey, const server_rec *server)
{
    const revmap_server_config *config = revmap_server_config_of(server);
    int i;

    if (config->automatic == REVMAP_AUTO_ON) {
        revmap_survey_expect_own(survey);
    }
    for (i = 0; i < config->written->nelts; i++) {
        const revmap_section *section =
            &APR_ARRAY_IDX(config->written, i, revmap_section);

        survey_map(survey, server, section->map, section->title[0] != '<');
    }
    survey_map(survey, server, config->passes, 1);
    survey_map(survey, server, config->sections, 1);
}

/* ---- map files ---------------------------------------------------------- */

/* Can there be no rules on this server but those of files, in force for all its
 * requests? */
static int has_plain_files_alone(const revmap_server_config *config)
{
    int i;

    for (i = 0; i < config->files->nelts; i++) {
        if (APR_ARRAY_IDX(config->files, i, revmap_file_use).is_in_section) {
            return 0;
        }
    }
    for (i = 0; i < config->written->nelts; i++) {
        if (APR_ARRAY_IDX(config->written, i, revmap_section).map->late) {
            return 0;
        }
    }
    return config->automatic == REVMAP_AUTO_UNSET;
}

/* They change while the server runs, the rest does not. */
static void set_surroundings(apr_pool_t *pconf, apr_pool_t *ptemp,
                             const revmap_survey *written,
                             const server_rec *main_server)
{
    const apr_array_header_t *files = revmap_files();
    revmap_surroundings *around = apr_palloc(pconf, sizeof(*around));
    const server_rec *server;
    int i;

    around->written = written;
    around->has_others = files->nelts > 1;
    around->stands_alone = !revmap_survey_has_rules(written);
    around->is_public = is_name_of_any;
    around->data = main_server;
    for (server = main_server; server; server = server->next) {
        around->stands_alone &=
            has_plain_files_alone(revmap_server_config_of(server));
    }
    for (i = 0; i < files->nelts; i++) {
        revmap_file_set_surroundings(APR_ARRAY_IDX(files, i, revmap_file *),
                                     around, ptemp);
    }
}

/* ---- all together ------------------------------------------------------- */

/* A name in brackets is an address, whose text is another slice. */
static const revmap_origin *read_name(apr_pool_t *pool,
                                      const server_rec *server)
{
    revmap_slice text = revmap_slice_of(server->server_hostname);
    revmap_origin *name = apr_palloc(pool, sizeof(*name));

    return revmap_authority_parse(name, text) == REVMAP_OK && !name->port
               ? name
               : NULL;
}

void revmap_complete_mounts(apr_pool_t *pconf, apr_pool_t *ptemp,
                            const server_rec *main_server)
{
    revmap_server_config *main_config = revmap_server_config_of(main_server);
    int has_files = revmap_files()->nelts > 0;
    revmap_survey *survey = revmap_survey_create(has_files ? pconf : ptemp);
    const server_rec *server;

    if (has_files) {
        revmap_survey_expect_more(survey);
    }
    survey_server(survey, main_server);
    chain_mounts(main_config);
    main_config->name = read_name(pconf, main_server);
    for (server = main_server->next; server; server = server->next) {
        revmap_server_config *config = revmap_server_config_of(server);

        if (config != main_config) {
            inherit_mounts(pconf, main_config, config);
            chain_mounts(config);
            survey_server(survey, server);
            config->name = read_name(pconf, server);
        }
    }
    revmap_survey_end(survey);
    if (has_files) {
        set_surroundings(pconf, ptemp, survey, main_server);
    }
}
