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

#include "revmap/map_file.h"

#include "apr_strings.h"

#include "revmap/side.h"

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

void revmap_map_file_init(revmap_map_file *file, const char *name, char *text,
                          apr_size_t len)
{
    apr_size_t mark = strlen(BYTE_ORDER_MARK);

    file->name = name;
    file->next = text;
    file->end = text + len;
    file->line = 0;
    if (len >= mark && memcmp(text, BYTE_ORDER_MARK, mark) == 0) {
        file->next += mark;
    }
}

int revmap_map_file_has_more(const revmap_map_file *file)
{
    return file->next < file->end;
}

/* The next line as a string; its length tells whether it has NUL bytes. */
static char *next_line(revmap_map_file *file, apr_size_t *len)
{
    char *line = file->next;
    char *end = memchr(line, '\n', (apr_size_t)(file->end - line));

    file->line++;
    file->next = end ? end + 1 : file->end;
    if (!end) {
        end = file->end;
    }
    else if (end > line && end[-1] == '\r') {
        end--;
    }
    *end = '\0';
    *len = (apr_size_t)(end - line);
    return line;
}

/* The next word of a line, which goes on at *rest; "" if there is none. */
static const char *next_word(char **rest)
{
    char *word = *rest;
    char *end;

    while (revmap_is_blank(*word)) {
        word++;
    }
    for (end = word; *end && !revmap_is_blank(*end); end++) {
    }
    *rest = *end ? end + 1 : end;
    *end = '\0';
    return word;
}

static const char *check_words(apr_pool_t *pool, const char *public_side,
                               const char *backend, const char *more)
{
    const char *word = strstr(public_side, "%{") ? public_side : backend;

    if (!*backend) {
        return apr_psprintf(pool,
                            "'%s' stands alone: write the public side and the "
                            "backend side, like '/public/ http://backend/'",
                            public_side);
    }
    if (*more) {
        return apr_psprintf(pool,
                            "'%s' is one word too many: a rule is the public "
                            "side and the backend side, and a comment has a "
                            "line of its own",
                            more);
    }
    if (strstr(word, "%{")) {
        return apr_psprintf(pool,
                            "'%s' is an expression: write a RevMap line into "
                            "the configuration for it",
                            word);
    }
    if (strcmp(backend, "!") == 0) {
        return "'!' comes first: write '! http://backend/never/'";
    }
    return NULL;
}

static const char *add_rule(const revmap_map_file *file, revmap_map *map,
                            apr_pool_t *scratch, const char *public_text,
                            const char *backend_text)
{
    int is_excluded = strcmp(public_text, "!") == 0;
    const revmap_rule *twice;
    revmap_side_kind kind;
    revmap_side public_side;
    revmap_side backend;
    revmap_place place;
    const char *error = NULL;

    if (!is_excluded) {
        error = revmap_side_parse_public(scratch, &public_side, public_text);
    }
    if (!error) {
        error =
            revmap_side_parse_backend(scratch, &backend, &kind, backend_text);
    }
    if (error) {
        return error;
    }
    if (kind == REVMAP_SIDE_NOTHING) {
        return apr_psprintf(scratch,
                            "'%s' does nothing: no header names a backend by "
                            "such a URL; write the URL or the path by which "
                            "the application calls itself",
                            backend_text);
    }
    place.file = file->name;
    place.line = file->line;
    place.number = 0;
    revmap_map_add(map, is_excluded ? NULL : &public_side, &backend, place,
                   &twice);
    return NULL;
}

const char *revmap_map_file_read_line(revmap_map_file *file, revmap_map *map,
                                      apr_pool_t *scratch)
{
    apr_size_t len;
    char *rest = next_line(file, &len);
    const char *public_side;
    const char *backend;
    const char *error;

    if (strlen(rest) != len) {
        return "there is a NUL byte in it: write text";
    }
    public_side = next_word(&rest);
    if (!*public_side || *public_side == '#') {
        return NULL;
    }
    backend = next_word(&rest);
    error = check_words(scratch, public_side, backend, next_word(&rest));
    return error ? error : add_rule(file, map, scratch, public_side, backend);
}
