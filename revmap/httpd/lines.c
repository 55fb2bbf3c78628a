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

#include "revmap/httpd/lines.h"

#include "apr_strings.h"

/* Lines of one file stand together, and share its name. */
typedef struct file_name {
    const char *given;
    const char *kept;
} file_name;

static void keep_file_names(apr_pool_t *pconf, ap_directive_t *line,
                            file_name *name)
{
    for (; line; line = line->next) {
        if (line->filename != name->given) {
            name->given = line->filename;
            name->kept = apr_pstrdup(pconf, line->filename);
        }
        line->filename = name->kept;
        keep_file_names(pconf, line->first_child, name);
    }
}

void revmap_keep_file_names(apr_pool_t *pconf)
{
    file_name none = {NULL, NULL};

    keep_file_names(pconf, ap_conftree, &none);
}

int revmap_is_virtual_host(const ap_directive_t *directive)
{
    return ap_cstr_casecmp(directive->directive, "<VirtualHost") == 0;
}

int revmap_is_our_directive(const ap_directive_t *directive)
{
    return ap_cstr_casecmpn(directive->directive, "RevMap", 6) == 0;
}

apr_array_header_t *revmap_lines_begin(apr_pool_t *pool)
{
    apr_array_header_t *sections =
        apr_array_make(pool, 16, sizeof(const ap_directive_t *));
    const ap_directive_t *directive;

    for (directive = ap_conftree; directive; directive = directive->next) {
        if (revmap_is_virtual_host(directive)) {
            APR_ARRAY_PUSH(sections, const ap_directive_t *) = directive;
        }
    }
    return sections;
}

/* The section of a virtual host: it remembers where it was defined, but a file
 * may have been included more than once.  httpd has its servers in the reverse
 * order of their sections, so that the last one that is left is the right
 * one. */
static const ap_directive_t *take_section(apr_array_header_t *sections,
                                          const server_rec *server)
{
    const ap_directive_t **list = (const ap_directive_t **)sections->elts;
    const ap_directive_t *section;
    int i = sections->nelts - 1;

    while (i >= 0
           && (!server->defn_name
               || (unsigned int)list[i]->line_num != server->defn_line_number
               || strcmp(list[i]->filename, server->defn_name) != 0)) {
        i--;
    }
    if (i < 0) {
        return NULL;
    }
    section = list[i];
    for (sections->nelts--; i < sections->nelts; i++) {
        list[i] = list[i + 1];
    }
    return section;
}

const ap_directive_t *revmap_lines_of(apr_array_header_t *sections,
                                      const server_rec *server)
{
    const ap_directive_t *section;

    if (!server->is_virtual) {
        return ap_conftree;
    }
    section = take_section(sections, server);
    return section ? section->first_child : NULL;
}

static const ap_directive_t *find_line(const ap_directive_t *directive,
                                       const revmap_place *place)
{
    const ap_directive_t *found = NULL;

    for (; directive && !found; directive = directive->next) {
        if ((unsigned int)directive->line_num == place->line
            && strcmp(directive->filename, place->file) == 0) {
            found = directive;
        }
        else {
            found = find_line(directive->first_child, place);
        }
    }
    return found;
}

const char *revmap_line_at(apr_pool_t *pool, const revmap_place *place)
{
    const ap_directive_t *line = find_line(ap_conftree, place);

    return line ? apr_pstrcat(pool, line->directive, " ", line->args, NULL)
                : NULL;
}
