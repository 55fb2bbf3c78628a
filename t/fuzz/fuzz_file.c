/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A map file, as RevMapFile reads it. Input: its bytes.
 *
 * Each line is a rule, an error that names a word of it in quotes, or neither
 * where it is blank or a comment. A rule has the number of its line, and its
 * sides are those of a RevMap line with the same words.
 */

#include "fuzz.h"
#include "memory.h"

#include "revmap/map_file.h"

#define LINE_BREAKS(line, what, error)                                         \
    BREAKS("line %u %s: %s", line, what, error)

/* A line apart from its end, in words; what is beyond the third is not kept. */
typedef struct words {
    const char *word[3];
    int count;
} words;

static words words_of(apr_pool_t *pool, const char *line, size_t len)
{
    words w = {{"", "", ""}, 0};
    const char *text;

    len -= len && line[len - 1] == '\r';
    text = apr_pstrmemdup(pool, line, len);
    text += strspn(text, " \t");
    while (*text && *text != '#' && w.count < 3) {
        size_t end = strcspn(text, " \t");

        w.word[w.count++] = apr_pstrmemdup(pool, text, end);
        text += end;
        text += strspn(text, " \t");
    }
    if (*text == '#' && w.count) {
        w.count = 3; /* a comment has a line of its own */
    }
    return w;
}

static const char *side_text(apr_pool_t *pool, const revmap_origin *origin,
                             revmap_slice path)
{
    return apr_pstrcat(pool, origin ? revmap_origin_text(pool, origin) : "",
                       string_of(pool, path), NULL);
}

/* The same words in a RevMap line. */
static void check_rule(apr_pool_t *pool, const revmap_rule *rule,
                       const words *w)
{
    revmap_map *map = revmap_map_create(pool, revmap_mounts_create(pool));
    const revmap_rule *twin;
    int is_never = !strcmp(w->word[0], "!");

    twin = rule_at(map, w->word[0], w->word[1], (int)rule->place.line);
    if (is_never != rule->excluded
        || strcmp(side_text(pool, revmap_backend_origin(rule),
                            revmap_backend_path(rule)),
                  side_text(pool, revmap_backend_origin(twin),
                            revmap_backend_path(twin)))
        || strcmp(side_text(pool, revmap_public_origin(rule),
                            revmap_public_path(rule)),
                  side_text(pool, revmap_public_origin(twin),
                            revmap_public_path(twin)))) {
        LINE_BREAKS(rule->place.line, "has other sides than", w->word[1]);
    }
}

static void check_line(apr_pool_t *pool, const revmap_map *map,
                       unsigned int count, const char *error, const words *w,
                       unsigned int number)
{
    if (error && !strchr(error, '\'')) {
        LINE_BREAKS(number, "has an error that names nothing", error);
    }
    if (map->count != count + (!error && w->count)) {
        LINE_BREAKS(number, "does not give one rule", error ? error : "");
    }
    if (!error && w->count) {
        if (w->count != 2 || map->last->place.line != number) {
            LINE_BREAKS(number, "is no rule", w->word[0]);
        }
        check_rule(pool, map->last, w);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *line = (const char *)data;
    const char *end = line + size;
    revmap_map_file file;
    unsigned int number = 0;
    apr_pool_t *pool;
    revmap_map *map;
    char *text;

    if (size > 2000 || memchr(data, '\0', size)) {
        return 0;
    }
    pool = new_pool();
    map = revmap_map_create(pool, revmap_mounts_create(pool));
    text = malloc(size + 1);
    if (!text) {
        abort();
    }
    memcpy(text, data, size);
    text[size] = '\0';
    revmap_map_file_init(&file, "test.map", text, size);
    if (size >= 3 && !memcmp(line, "\xEF\xBB\xBF", 3)) {
        line += 3;
    }
    while (revmap_map_file_has_more(&file)) {
        const char *lf = memchr(line, '\n', (size_t)(end - line));
        words w = words_of(pool, line, (size_t)((lf ? lf : end) - line));
        unsigned int count = map->count;
        const char *error = revmap_map_file_read_line(&file, map, pool);

        if (file.line != ++number) {
            LINE_BREAKS(number, "has another number", "");
        }
        check_line(pool, map, count, error, &w, number);
        line = lf ? lf + 1 : end;
    }
    if (line != end) {
        LINE_BREAKS(number, "is not the last one", "");
    }
    free(text);
    apr_pool_destroy(pool);
    return 0;
}
