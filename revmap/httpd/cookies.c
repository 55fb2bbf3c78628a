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

/* RevMapCookie: the directive, and the cookies of a request. */

#include "revmap/httpd/cookies.h"
#include "revmap/httpd/directive.h"
#include "revmap/httpd/request.h"

#include "http_log.h"

#include "revmap/cookie.h"
#include "revmap/cookie_line.h"

APLOG_USE_MODULE(revmap);

/* RevMapCookie name action ... | none */
const char *revmap_set_cookie_line(cmd_parms *cmd, void *dir_config, int argc,
                                   char *const argv[])
{
    revmap_cookie_line *line;
    const char *error = revmap_check_context(cmd);
    const ap_regex_t *regex = NULL;
    revmap_map *map;

    if (error) {
        return error;
    }
    if (!argc) {
        return revmap_complain(cmd, "takes the name of a cookie and actions, "
                                    "like 'JSESSIONID Secure'");
    }
    map = revmap_map_of(cmd, dir_config);
    if (revmap_is_word(argv[0], "none")) {
        revmap_map_start_afresh(map, REVMAP_FRESH_COOKIES);
        return revmap_complain(cmd, argc > 1 ? "'none' stands alone" : NULL);
    }
    line = apr_pcalloc(cmd->pool, sizeof(*line));
    line->place = revmap_place_of(cmd);
    error = revmap_cookie_line_parse(cmd->pool, line, argv, argc);
    if (!error && line->how == REVMAP_MATCH_REGEX) {
        error = revmap_compile_regex(cmd, argv[0] + 1, 0, &regex);
        line->regex = regex;
        line->match = revmap_match_regex;
    }
    if (!error) {
        error = revmap_cookie_line_add(map, line);
    }
    return revmap_complain(cmd, error);
}

static const char *return_field(request_rec *r, const char *name,
                                const char *value, void *scope)
{
    const char *made =
        revmap_cookie_return(scope, revmap_slice_of(value), r->pool);

    if (made) {
        ap_log_rerror(APLOG_MARK, APLOG_TRACE1, 0, r,
                      "%s for the backend: '%s' -> '%s'", name, value, made);
    }
    return made;
}

void revmap_return_cookies(request_rec *r, const revmap_scope *scope)
{
    if (revmap_cookie_renames(scope)
        && !apr_table_get(r->subprocess_env, "no-revmap")) {
        revmap_request_change(r, "Cookie", return_field, (void *)scope);
    }
}
