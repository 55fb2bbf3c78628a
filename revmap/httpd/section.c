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

/* Where a directive stands, and how it answers. */

#include "revmap/httpd/counters.h"
#include "revmap/httpd/directive.h"
#include "revmap/httpd/remarks.h"

#include "apr_fnmatch.h"
#include "apr_strings.h"
#include "http_core.h"

int revmap_is_word(const char *word, const char *expected)
{
    return ap_cstr_casecmp(word, expected) == 0;
}

int revmap_is_allowed_section(const char *name)
{
    return revmap_is_word(name, "<VirtualHost")
           || revmap_is_word(name, "<Location")
           || revmap_is_word(name, "<LocationMatch")
           || revmap_is_word(name, "<If") || revmap_is_word(name, "<ElseIf")
           || revmap_is_word(name, "<Else");
}

const char *revmap_check_context(cmd_parms *cmd)
{
    const ap_directive_t *section = cmd->directive->parent;

    /* AllowOverrideList lets it in there; but the maps that it would add to
     * are those of all threads, and what it would add ends with a request. */
    if (ap_check_cmd_context(cmd, NOT_IN_HTACCESS)) {
        return apr_psprintf(cmd->pool,
                            "%s cannot occur in an .htaccess file: write it "
                            "into a <Location>, a <VirtualHost> or the server "
                            "config",
                            cmd->cmd->name);
    }
    while (section && revmap_is_allowed_section(section->directive)) {
        section = section->parent;
    }
    if (!section) {
        return NULL;
    }
    return apr_psprintf(cmd->pool,
                        "%s cannot occur within %s> section: write it into a "
                        "<Location>, a <VirtualHost> or the server config",
                        cmd->cmd->name, section->directive);
}

const char *revmap_location_path(apr_pool_t *pool,
                                 const ap_directive_t *section, int *is_pattern)
{
    char *args = apr_pstrdup(pool, section->args);
    char *end = strrchr(args, '>');
    const char *rest = args;
    const char *path;

    if (end) {
        *end = '\0';
    }
    path = ap_getword_conf(pool, &rest);
    *is_pattern = revmap_is_word(section->directive, "<LocationMatch");
    if (strcmp(path, "~") == 0) {
        path = ap_getword_conf(pool, &rest);
        *is_pattern = 1;
    }
    if (apr_fnmatch_test(path)) {
        *is_pattern = 1;
    }
    return path;
}

int revmap_is_location(const ap_directive_t *section)
{
    return revmap_is_word(section->directive, "<Location")
           || revmap_is_word(section->directive, "<LocationMatch");
}

const char *revmap_plain_location(cmd_parms *cmd)
{
    const ap_directive_t *section = cmd->directive->parent;
    const char *path;
    int is_pattern;

    while (section && !revmap_is_location(section)) {
        section = section->parent;
    }
    if (!section) {
        return NULL;
    }
    path = revmap_location_path(cmd->pool, section, &is_pattern);
    return path[0] == '/' && !is_pattern ? path : NULL;
}

const char *revmap_section_title(apr_pool_t *pool, const ap_directive_t *line,
                                 const server_rec *server)
{
    const ap_directive_t *section = line->parent;
    const char *title = "";

    while (section && !revmap_is_word(section->directive, "<VirtualHost")) {
        title = apr_pstrcat(pool, section->directive, " ", section->args,
                            *title ? " " : "", title, NULL);
        section = section->parent;
    }
    if (*title) {
        return title;
    }
    return server->is_virtual ? "virtual host" : "server config";
}

/* The map of the section in which the directive stands. */
revmap_map *revmap_map_of(cmd_parms *cmd, revmap_dir_config *config)
{
    const revmap_server_config *server = revmap_server_config_of(cmd->server);
    revmap_section *section;

    server->mounts->lines++;
    if (!config->map) {
        section = apr_array_push(server->written);
        section->title =
            revmap_section_title(cmd->pool, cmd->directive, cmd->server);
        section->where = cmd->directive->parent;
        config->map = revmap_map_create(cmd->pool, section->title[0] == '<'
                                                       ? server->section_mounts
                                                       : server->mounts);
        section->map = config->map;
        config->scope = revmap_scope_chain(cmd->pool, config->map, NULL);
    }
    return config->map;
}

revmap_place revmap_place_of(const cmd_parms *cmd)
{
    return revmap_counted_place(cmd->directive);
}

/* What is wrong, with the name of the directive in front. */
const char *revmap_complain(const cmd_parms *cmd, const char *error)
{
    return error ? apr_pstrcat(cmd->pool, cmd->cmd->name, ": ", error, NULL)
                 : NULL;
}

const char *revmap_check_none(const cmd_parms *cmd, const char *word)
{
    return word ? revmap_complain(
               cmd, apr_psprintf(cmd->pool,
                                 "nothing follows 'none': leave '%s' "
                                 "out",
                                 word))
                : NULL;
}

int revmap_is_config_test(void)
{
    return ap_state_query(AP_SQ_RUN_MODE) == AP_SQ_RM_CONFIG_TEST;
}

/* httpd reads its configuration twice when it starts; once is enough to say
 * what is odd in it.  With -t there is only the first time. */
int revmap_is_rehearsal(void)
{
    return ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG
           && !revmap_is_config_test();
}

void revmap_warn(const cmd_parms *cmd, const char *what)
{
    /* A virtual host has no log yet while it is being read. */
    revmap_remark(APLOG_WARNING, NULL, "%s on line %d of %s: %s",
                  cmd->cmd->name, cmd->directive->line_num,
                  cmd->directive->filename, what);
}
