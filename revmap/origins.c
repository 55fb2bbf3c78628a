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

/* One grammar for policies (CSP 3 section 2.2.2) and for lists of origins,
 * which are separated by commas or blanks; no directive has the name of an
 * origin:
 *
 *     field     = item *( ( ";" / "," ) item )
 *     item      = OWS [ directive / origins ] OWS
 *     directive = name *( 1*WSP source )
 *     origins   = origin *( 1*WSP origin )
 *
 * Of the sources, those are looked at that name a host:
 *
 *     source    = [ scheme "://" ] host [ ":" port ] [ path ]
 */

#include "revmap/origins.h"
#include "revmap/cursor.h"
#include "revmap/edit.h"

#define SEPARATORS ",;"
/* What ends a source where it stands, or is none of its bytes. */
#define TABOO REVMAP_BLANKS SEPARATORS "\"'<>"

/* How the words of an item are read. */
typedef enum revmap_words {
    WORDS_OTHER,     /* of something else */
    WORDS_ORIGINS,   /* a list of origins */
    WORDS_SOURCES,   /* host-sources, with their paths */
    WORDS_ANCESTORS, /* host-sources that are origins alone */
    WORDS_URLS       /* URL references */
} revmap_words;

/* One field while it is being read. */
typedef struct revmap_origins {
    const revmap_exchange *exchange;
    revmap_edits edits;
    revmap_slice rest; /* what has not been read yet */
} revmap_origins;

static int is_name(revmap_slice name, const char *expected)
{
    return revmap_slice_equal_nocase(name, revmap_slice_of(expected));
}

/* script-src, default-src, ...; script-src-elem, style-src-attr */
static int is_fetch_directive(revmap_slice name)
{
    static const char *const ends[] = {"-src", "-src-elem", "-src-attr"};
    int i;

    for (i = 0; i < 3; i++) {
        apr_size_t len = strlen(ends[i]);

        if (name.len > len
            && is_name(revmap_slice_from(name, name.len - len), ends[i])) {
            return 1;
        }
    }
    return 0;
}

/* Written as an origin is, without a path. */
static int is_origin(revmap_slice text)
{
    revmap_url url;

    return memchr(text.ptr, ':', text.len) && !revmap_url_parse(&url, text)
           && url.form == REVMAP_FORM_ABSOLUTE && !url.path.len
           && !url.suffix.len;
}

static revmap_words words_of(revmap_slice name)
{
    if (is_origin(name)) {
        return WORDS_ORIGINS;
    }
    if (is_name(name, "report-uri")) {
        return WORDS_URLS;
    }
    if (is_name(name, "frame-ancestors")) {
        return WORDS_ANCESTORS;
    }
    return is_fetch_directive(name) || is_name(name, "base-uri")
                   || is_name(name, "form-action")
                   || is_name(name, "navigate-to")
               ? WORDS_SOURCES
               : WORDS_OTHER;
}

/* ---- sources ------------------------------------------------------------ */

/* A WebSocket's scheme stands for the one by which it begins. */
static int is_websocket(revmap_slice word)
{
    return revmap_slice_begins_nocase(word, REVMAP_LITERAL("ws:"))
           || revmap_slice_begins_nocase(word, REVMAP_LITERAL("wss"));
}

static int has_scheme(revmap_slice word)
{
    const char *colon = memchr(word.ptr, ':', word.len);

    return colon && word.ptr + word.len - colon > 2 && colon[1] == '/'
           && colon[2] == '/';
}

/* What is a name alone is a host; what ends with a colon is a scheme. */
static int is_host_source(revmap_slice word)
{
    return word.ptr[0] != '\'' && word.ptr[word.len - 1] != ':';
}

/* "://" may also stand in the midst of a path. */
static int names_host(const revmap_url *url)
{
    return url->form == REVMAP_FORM_ABSOLUTE
           || url->form == REVMAP_FORM_NETWORK;
}

/* The source as a URL. */
static revmap_slice url_of(const revmap_origins *origins, revmap_slice word)
{
    revmap_slice parts[2];

    if (!has_scheme(word)) {
        parts[0] = REVMAP_LITERAL("//");
        parts[1] = word;
    }
    else if (is_websocket(word)) {
        parts[0] = REVMAP_LITERAL("http");
        parts[1] = revmap_slice_from(word, 2);
    }
    else {
        return word;
    }
    return revmap_slice_of(revmap_slice_join(origins->edits.pool, parts, 2));
}

/* Put a URL in the place of a source, in its scheme. */
static void replace(revmap_origins *origins, revmap_slice old, const char *text,
                    const revmap_place *place)
{
    revmap_edits *edits = &origins->edits;
    int is_ws = has_scheme(old) && is_websocket(old);

    if (strpbrk(text, TABOO)) {
        revmap_edits_note(edits, REVMAP_UNFIT, place);
        return;
    }
    revmap_edits_remove(edits, old, place);
    revmap_edits_add(edits,
                     is_ws ? REVMAP_LITERAL("ws") : REVMAP_LITERAL("http"));
    revmap_edits_add(edits, revmap_slice_of(text + strlen("http")));
}

static int is_answering(const revmap_exchange *exchange, const revmap_url *url)
{
    revmap_origin origin = url->origin;

    if (url->form == REVMAP_FORM_NETWORK && exchange->backend) {
        revmap_origin_set_scheme(&origin, exchange->backend->scheme);
    }
    return revmap_is_answering(exchange, &origin)
           || (exchange->told
               && revmap_same_authority(&origin, exchange->told));
}

/* The answering backend's origin leads to where it was asked from, another one
 * to where its root is.  The first part of what is mapped is the origin. */
static void map_origin(revmap_origins *origins, revmap_slice old,
                       const revmap_url *url)
{
    const revmap_exchange *exchange = origins->exchange;
    revmap_edits *edits = &origins->edits;
    revmap_origin origin = url->origin;
    revmap_slice parts[2];
    revmap_result result;
    revmap_url made;

    parts[0] = url->site;
    parts[1] = exchange->backend && is_answering(exchange, url)
                   ? revmap_requested_path(exchange)
                   : REVMAP_LITERAL("/");
    revmap_evaluate(exchange,
                    revmap_slice_of(revmap_slice_join(edits->pool, parts, 2)),
                    REVMAP_USE_ABSOLUTE, edits->pool, &result);
    if (result.reason != REVMAP_MAPPED) {
        revmap_edits_result(edits, old, &result, TABOO);
        return;
    }
    if (revmap_url_parse(&made, result.part[0])) {
        revmap_edits_note(edits, REVMAP_BAD_RESULT, result.place);
        return;
    }
    if (url->form == REVMAP_FORM_NETWORK) {
        revmap_origin_set_scheme(&origin, made.origin.scheme);
    }
    if (revmap_origin_equal(&origin, &made.origin)) {
        revmap_edits_note(edits, REVMAP_SAME, result.place);
        return;
    }
    replace(origins, old, revmap_origin_text(edits->pool, &made.origin),
            result.place);
}

/* A path is compared as it is written: with a slash at its end it is all that
 * is below, without one a single resource, with dot segments nothing
 * ("path-part matches" of CSP 3).  A source must not allow more than it did. */
static int allows_more(const revmap_url *old, const char *text)
{
    return revmap_url_has_dots(old)
           || (!revmap_slice_ends_with_slash(old->path)
               && revmap_slice_ends_with_slash(revmap_slice_of(text)));
}

static void map_url(revmap_origins *origins, revmap_slice word,
                    revmap_slice text, const revmap_url *url)
{
    revmap_edits *edits = &origins->edits;
    revmap_result result;
    const char *made;

    revmap_evaluate(origins->exchange, text, REVMAP_USE_ABSOLUTE, edits->pool,
                    &result);
    if (result.reason != REVMAP_MAPPED) {
        revmap_edits_result(edits, word, &result, TABOO);
        return;
    }
    made = revmap_slice_join(edits->pool, result.part, result.parts);
    if (allows_more(url, made)) {
        revmap_edits_note(edits, REVMAP_UNFIT, result.place);
        return;
    }
    replace(origins, word, made, result.place);
}

static void map_source(revmap_origins *origins, revmap_slice word,
                       int has_paths)
{
    revmap_edits *edits = &origins->edits;
    revmap_slice text = url_of(origins, word);
    revmap_url url;
    revmap_reason reason = revmap_url_parse(&url, text);

    if (reason || url.suffix.len || !names_host(&url)) {
        revmap_edits_note(edits, reason ? reason : REVMAP_NOTHING, NULL);
    }
    else if (!has_paths || !url.path.len) {
        map_origin(origins, word, &url);
    }
    else {
        map_url(origins, word, text, &url);
    }
}

/* ---- the field ---------------------------------------------------------- */

static void map_word(revmap_origins *origins, revmap_words words,
                     revmap_slice word)
{
    switch (words) {
    case WORDS_ORIGINS:
        if (is_origin(word)) {
            map_source(origins, word, 0);
        }
        break;
    case WORDS_SOURCES:
    case WORDS_ANCESTORS:
        if (is_host_source(word)) {
            map_source(origins, word, words == WORDS_SOURCES);
        }
        break;
    case WORDS_URLS:
        revmap_edits_url(&origins->edits, origins->exchange,
                         REVMAP_USE_REFERENCE, word, TABOO);
        break;
    default:
        break;
    }
}

/* OWS [ directive / origins ] OWS */
static void read_item(revmap_origins *origins)
{
    revmap_slice item = revmap_take_until(&origins->rest, SEPARATORS);
    revmap_slice word;
    revmap_words words;

    revmap_skip(&item, REVMAP_BLANKS);
    word = revmap_take_until(&item, REVMAP_BLANKS);
    words = words_of(word);
    if (words == WORDS_ORIGINS) {
        map_word(origins, words, word);
    }
    revmap_skip(&item, REVMAP_BLANKS);
    while (words != WORDS_OTHER && item.len) {
        map_word(origins, words, revmap_take_until(&item, REVMAP_BLANKS));
        revmap_skip(&item, REVMAP_BLANKS);
    }
}

void revmap_origins_map(const revmap_exchange *exchange, revmap_slice value,
                        apr_pool_t *pool, revmap_outcome *outcome)
{
    revmap_origins origins;

    origins.exchange = exchange;
    origins.rest = value;
    if (!revmap_edits_begin(&origins.edits, value, pool, outcome)) {
        return;
    }
    do {
        read_item(&origins);
    } while (revmap_take(&origins.rest, SEPARATORS));
    revmap_edits_end(&origins.edits);
}
