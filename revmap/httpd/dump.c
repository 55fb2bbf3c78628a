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

/* httpd -t -D DUMP_REVMAP: the whole map, by virtual host and section, in a
 * form that compares well. */

#include "revmap/httpd/lines.h"
#include "revmap/httpd/listing.h"

#include "apr_strings.h"

/* Two sides, where they are written, and what else there is to say. */
static void print_rule(apr_file_t *out, const revmap_listed_rule *rule)
{
    apr_file_printf(out, "    %-30s %-40s (%s:%u)%s%s\n", rule->public_side,
                    rule->backend_side, rule->place->file, rule->place->line,
                    *rule->remark ? " " : "", rule->remark);
}

static void print_setting(apr_file_t *out, const ap_directive_t *line)
{
    apr_file_printf(out, "    %s %s (%s:%d)\n", line->directive, line->args,
                    line->filename, line->line_num);
}

static void print_section(apr_file_t *out, const revmap_listed_section *section)
{
    int i;

    apr_file_printf(out, "  %s%s\n", section->title,
                    section->inherits_no_rules ? " (inherits no rules)" : "");
    for (i = 0; i < section->rules->nelts; i++) {
        print_rule(out, &APR_ARRAY_IDX(section->rules, i, revmap_listed_rule));
    }
    for (i = 0; i < section->settings->nelts; i++) {
        print_setting(
            out, APR_ARRAY_IDX(section->settings, i, const ap_directive_t *));
    }
}

static void print_inherited(apr_file_t *out, const server_rec *server,
                            const server_rec *main_server)
{
    const revmap_server_config *main_config =
        revmap_server_config_of(main_server);

    if (revmap_server_config_of(server)->inherits_passes
        && main_config->passes) {
        apr_file_printf(out, "  derived from ProxyPass of the main server: "
                             "see there\n");
    }
    if (main_config->sections) {
        apr_file_printf(out, "  derived from ProxyPass in <Location> of the "
                             "main server: see there\n");
    }
}

static void print_name(apr_pool_t *pool, apr_file_t *out,
                       const server_rec *server)
{
    apr_file_printf(out, "%s", revmap_server_text(pool, server));
    if (server->defn_name) {
        apr_file_printf(out, " (%s:%u)\n", server->defn_name,
                        server->defn_line_number);
    }
    else {
        apr_file_printf(out, " (main server)\n");
    }
}

/* A virtual host in which nothing of ours is written may share the record of
 * the main server. */
static int has_own_config(const server_rec *server,
                          const server_rec *main_server)
{
    return server == main_server
           || revmap_server_config_of(server)
                  != revmap_server_config_of(main_server);
}

void revmap_dump(apr_pool_t *pool, server_rec *server)
{
    const server_rec *main_server = server;
    apr_array_header_t *places = revmap_lines_begin(pool);
    apr_file_t *out;
    int i;

    if (apr_file_open_stdout(&out, pool) != APR_SUCCESS) {
        return;
    }
    apr_file_printf(out, "RevMap configuration:\n");
    for (; server; server = server->next) {
        const ap_directive_t *lines = revmap_lines_of(places, server);
        const apr_array_header_t *sections;

        if (!has_own_config(server, main_server)) {
            continue;
        }
        print_name(pool, out, server);
        apr_file_printf(out, "  RevMapAuto %s\n", revmap_auto_text(server));
        sections = revmap_list(pool, server, lines, NULL);
        for (i = 0; i < sections->nelts; i++) {
            print_section(out,
                          &APR_ARRAY_IDX(sections, i, revmap_listed_section));
        }
        if (server != main_server) {
            print_inherited(out, server, main_server);
        }
    }
}
