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

/* Regular expressions for the engine, which knows none of its own. */

#include "revmap/httpd/directive.h"

#include "apr_strings.h"

int revmap_match_regex(const void *regex, const char *subject,
                       revmap_slice groups[10])
{
    ap_regmatch_t found[10];
    int i;

    if (ap_regexec(regex, subject, 10, found, 0) != 0) {
        return 0;
    }
    for (i = 0; i < 10; i++) {
        if (found[i].rm_so >= 0) {
            groups[i] = revmap_slice_make(
                subject + found[i].rm_so,
                (apr_size_t)(found[i].rm_eo - found[i].rm_so));
        }
    }
    return 1;
}

static apr_status_t free_regex(void *regex)
{
    ap_regfree(regex);
    return APR_SUCCESS;
}

const char *revmap_compile_regex(cmd_parms *cmd, const char *pattern,
                                 int is_whole, const ap_regex_t **compiled)
{
    ap_regex_t *regex = apr_palloc(cmd->pool, sizeof(*regex));
    const char *text =
        is_whole ? apr_pstrcat(cmd->temp_pool, "\\A(?:", pattern, ")\\z", NULL)
                 : pattern;

    /* Alone first, so that no bracket of it closes one of ours. */
    if (!ap_pregcomp(cmd->temp_pool, pattern, AP_REG_EXTENDED)
        || ap_regcomp(regex, text, AP_REG_EXTENDED) != 0) {
        return apr_psprintf(cmd->pool,
                            "'%s' is no regular expression that compiles: "
                            "look at its brackets, and write '[.]' for a "
                            "dot",
                            pattern);
    }
    apr_pool_cleanup_register(cmd->pool, regex, free_regex,
                              apr_pool_cleanup_null);
    *compiled = regex;
    return NULL;
}
