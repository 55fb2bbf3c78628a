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
#include "revmap/httpd/counters.h"
#include "revmap/httpd/directive.h"
#include "revmap/httpd/request.h"

#include "apr_strings.h"

#include "revmap/cookie_field.h"
#include "revmap/cookie_line.h"
#include "revmap/cookie_return.h"

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
        return revmap_check_none(cmd, argc > 1 ? argv[1] : NULL);
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
    revmap_field field = {NULL, name, value};
    revmap_outcome outcome;

    memset(&outcome, 0, sizeof(outcome));
    outcome.value =
        revmap_cookie_return(scope, revmap_slice_of(value), r->pool);
    if (!outcome.value) {
        return NULL;
    }
    outcome.reason = REVMAP_MAPPED;
    return revmap_report_outcome(r, NULL, &field, &outcome);
}

void revmap_return_cookies(request_rec *r, const revmap_scope *scope)
{
    if (revmap_cookie_renames(scope)
        && !apr_table_get(r->subprocess_env, "no-revmap")) {
        revmap_request_change(r, "Cookie", return_field, (void *)scope);
    }
}

/* ---- what is not done --------------------------------------------------- */

/* Without its value, which is a secret. */
static const char *cookie_name(request_rec *r, const char *field)
{
    revmap_slice name =
        revmap_cookie_name(revmap_cookie_pair(revmap_slice_of(field)));

    return apr_pstrmemdup(r->pool, name.ptr, name.len);
}

void revmap_report_objection(request_rec *r, const revmap_field *field,
                             const revmap_outcome *outcome)
{
    const revmap_place *place = outcome->objection_place;
    const char *text = revmap_place_text(r->pool, place).ptr;
    const char *name = cookie_name(r, field->value);

    switch (outcome->objection) {
    case REVMAP_NEEDS_SECURE:
        revmap_warn_hourly(r, "RM0301", place, "",
                           "the cookie '%s' does not get the SameSite=None or "
                           "Partitioned of %s, because it is not Secure, and "
                           "browsers reject such a cookie; write 'Secure' on "
                           "that line, too",
                           name, text);
        break;
    case REVMAP_NEEDS_FLAG:
        revmap_warn_hourly(r, "RM0302", place, "",
                           "the cookie '%s' keeps a flag that %s takes out, "
                           "because browsers reject it without; write a line "
                           "that this cookie does not match, or for Secure "
                           "'-Partitioned' and 'SameSite=Lax' beside it",
                           name, text);
        break;
    case REVMAP_NAME_TOO_LONG:
        revmap_warn_hourly(r, "RM0303", place, "",
                           "the cookie '%s' keeps its name and does not come "
                           "back to the backend, because with that of %s it "
                           "is over 4096 bytes, which browsers reject; write "
                           "a name that is not longer than its own",
                           name, text);
        break;
    default:
        revmap_warn_hourly(r, "RM0304", place, "",
                           "the cookie '%s' does not come back to the backend "
                           "by its name, because that of %s is given to two "
                           "cookies; write another name",
                           name, text);
        break;
    }
}
