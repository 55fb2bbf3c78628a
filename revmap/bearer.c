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

/* RFC 9110 section 11.6.1, where commas separate the parameters of a challenge
 * as well as the challenges:
 *
 *     WWW-Authenticate = #challenge
 *     challenge        = auth-scheme [ 1*SP ( token68 / #auth-param ) ]
 *     auth-scheme      = token
 *     token68          = 1*( ALPHA / DIGIT / one of "-._~+/" ) *"="
 *     auth-param       = token BWS "=" BWS ( token / quoted-string )
 *
 * Read as one list, it is clear again: only a parameter has a name, "=" and a
 * value.
 *
 *     elements = *( "," OWS ) [ element *( OWS "," OWS [ element ] ) ]
 *     element  = auth-scheme [ 1*SP ( token68 / auth-param ) ] / auth-param
 *
 * A value that is not quoted may hold more than a token can: a URL is none. */

#include "revmap/bearer.h"
#include "revmap/cursor.h"
#include "revmap/edit.h"

/* What ends a token, and a value without quotes; what would have to be escaped
 * in quotes. */
#define NO_TOKEN REVMAP_BLANKS "\"(),/:;<=>?@[\\]{}"
#define NO_BARE REVMAP_BLANKS "\","
#define TABOO_QUOTED "\"\\"

/* One field while it is being read. */
typedef struct revmap_bearer {
    const revmap_exchange *exchange;
    revmap_edits edits;
    revmap_slice rest; /* what has not been read yet */
    int is_bearer;     /* the challenge at hand */
} revmap_bearer;

static int is_at_end(revmap_slice rest)
{
    return !rest.len || revmap_is_at(rest, ",");
}

/* A realm is often the name of something, and never a path. */
static int is_url(revmap_slice text)
{
    revmap_url url;

    return revmap_slice_begins_nocase(text, REVMAP_LITERAL("http"))
           && !revmap_url_parse(&url, text) && url.form == REVMAP_FORM_ABSOLUTE;
}

static void map_param(revmap_bearer *bearer, revmap_slice name,
                      revmap_coded *value, const char *taboo)
{
    if (bearer->is_bearer
        && (revmap_slice_equal_nocase(name, REVMAP_LITERAL("resource_metadata"))
            || (revmap_slice_equal_nocase(name, REVMAP_LITERAL("realm"))
                && is_url(revmap_slice_trim(value->text))))) {
        revmap_edits_coded_url(&bearer->edits, bearer->exchange,
                               REVMAP_USE_ABSOLUTE, value, taboo);
    }
}

/* Each reader returns zero at an error. */
static int read_quoted_string(revmap_bearer *bearer, revmap_slice name)
{
    revmap_slice raw;
    revmap_coded value;

    if (!revmap_take_quoted(&bearer->rest, &raw)) {
        return 0;
    }
    if (revmap_coded_quoted(&value, raw, bearer->edits.pool)) {
        map_param(bearer, name, &value, TABOO_QUOTED);
    }
    return 1;
}

static int read_bare_value(revmap_bearer *bearer, revmap_slice name)
{
    revmap_coded value;

    value.raw = value.text = revmap_take_until(&bearer->rest, NO_BARE);
    value.coding = NULL;
    map_param(bearer, name, &value, NO_BARE);
    return 1;
}

/* auth-param, from its "=" on */
static int read_param(revmap_bearer *bearer, revmap_slice name)
{
    revmap_take(&bearer->rest, "=");
    revmap_skip(&bearer->rest, REVMAP_BLANKS);
    return (revmap_is_at(bearer->rest, "\"") ? read_quoted_string(bearer, name)
                                             : read_bare_value(bearer, name));
}

/* Step over a token68, if that is what follows. */
static int take_token68(revmap_slice *rest)
{
    revmap_slice ahead = *rest;

    revmap_take_until(&ahead, REVMAP_BLANKS "=\",");
    revmap_skip(&ahead, "=");
    revmap_skip(&ahead, REVMAP_BLANKS);
    if (!is_at_end(ahead)) {
        return 0;
    }
    *rest = ahead;
    return 1;
}

/* element, and the blanks behind it */
static int read_element(revmap_bearer *bearer)
{
    revmap_slice *rest = &bearer->rest;
    revmap_slice name = revmap_take_until(rest, NO_TOKEN);
    int is_param;

    revmap_skip(rest, REVMAP_BLANKS);
    is_param = revmap_is_at(*rest, "=");
    if (!is_param) {
        bearer->is_bearer =
            revmap_slice_equal_nocase(name, REVMAP_LITERAL("Bearer"));
        if (name.len && !take_token68(rest)) {
            name = revmap_take_until(rest, NO_TOKEN);
            revmap_skip(rest, REVMAP_BLANKS);
            is_param = revmap_is_at(*rest, "=");
        }
    }
    if (!name.len || (is_param && !read_param(bearer, name))) {
        return 0;
    }
    revmap_skip(rest, REVMAP_BLANKS);
    return is_at_end(*rest);
}

static void read_elements(revmap_bearer *bearer)
{
    do {
        revmap_skip(&bearer->rest, REVMAP_BLANKS ",");
    } while (bearer->rest.len && read_element(bearer));
}

void revmap_bearer_map(const revmap_exchange *exchange, revmap_slice value,
                       apr_pool_t *pool, revmap_outcome *outcome)
{
    revmap_bearer bearer;

    bearer.exchange = exchange;
    bearer.rest = value;
    bearer.is_bearer = 0;
    if (revmap_edits_begin(&bearer.edits, value, pool, outcome)) {
        read_elements(&bearer);
        revmap_edits_end(&bearer.edits);
    }
}
