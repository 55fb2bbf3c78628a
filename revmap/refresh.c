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

/* The HTML standard's "shared declarative refresh steps" as a grammar, WS
 * being blanks:
 *
 *     Refresh   = WS time [ separator [ [ "url" WS "=" WS ] URL ] ]
 *     time      = ( DIGIT / "." ) *( DIGIT / "." )
 *     separator = WS ( ";" / "," ) WS / 1*WS
 *     URL       = quote *not-that-quote [ quote anything ] / anything
 */

#include "revmap/refresh.h"
#include "revmap/cursor.h"
#include "revmap/edit.h"

#define TIME_BYTES "0123456789."

/* Each reader returns zero if it is not there. */
static int read_time(revmap_slice *rest)
{
    revmap_skip(rest, REVMAP_BLANKS);
    if (!revmap_is_at(*rest, TIME_BYTES)) {
        return 0;
    }
    revmap_skip(rest, TIME_BYTES);
    return 1;
}

static int read_separator(revmap_slice *rest)
{
    if (!revmap_is_at(*rest, REVMAP_BLANKS ";,")) {
        return 0;
    }
    revmap_skip(rest, REVMAP_BLANKS);
    revmap_take(rest, ";,");
    revmap_skip(rest, REVMAP_BLANKS);
    return 1;
}

/* Without its '=', "url" is the beginning of a URL. */
static void read_url_word(revmap_slice *rest)
{
    revmap_slice ahead = *rest;

    if (revmap_take(&ahead, "Uu") && revmap_take(&ahead, "Rr")
        && revmap_take(&ahead, "Ll")) {
        revmap_skip(&ahead, REVMAP_BLANKS);
        if (revmap_take(&ahead, "=")) {
            revmap_skip(&ahead, REVMAP_BLANKS);
            *rest = ahead;
        }
    }
}

/* Returns the URL; what is behind its closing quote does not count.
 * @param quote the quote in which it stands, or "" */
static revmap_slice read_url(revmap_slice rest, const char **quote)
{
    const char *end;

    *quote = "";
    if (revmap_is_at(rest, "'\"")) {
        *quote = rest.ptr[0] == '"' ? "\"" : "'";
        rest = revmap_slice_from(rest, 1);
        end = memchr(rest.ptr, **quote, rest.len);
        rest.len = end ? (apr_size_t)(end - rest.ptr) : rest.len;
    }
    return rest;
}

void revmap_refresh_map(const revmap_exchange *exchange, revmap_slice value,
                        apr_pool_t *pool, revmap_outcome *outcome)
{
    revmap_slice rest = value;
    revmap_slice url;
    revmap_edits edits;
    const char *quote;

    if (!revmap_edits_begin(&edits, value, pool, outcome) || !read_time(&rest)
        || !read_separator(&rest) || !rest.len) {
        return;
    }
    read_url_word(&rest);
    url = read_url(rest, &quote);
    revmap_edits_url(&edits, exchange, REVMAP_USE_REFRESH, url, quote);
    revmap_edits_end(&edits);
}
