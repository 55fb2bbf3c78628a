/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Answers for differential.js. Lines in: the number of a map, the number of a
 * use, or of a header behind those, and the value in hexadecimal digits. Lines
 * out: "=", or the new value in hexadecimal digits. The first lines out are the
 * maps.
 */

#include "fuzz.h"

#define LINE 65536

static void print_hex(const char *text)
{
    for (; *text; text++) {
        printf("%02x", (unsigned char)*text);
    }
}

/* Between TABs: requested, asked, told, own, and the lines. */
static void print_map(const fuzz_map *map)
{
    const setting *set = &map->set;
    const char *urls[4];
    int i;

    urls[0] = set->requested;
    urls[1] = set->asked;
    urls[2] = set->told;
    urls[3] = set->own;
    printf("map %d", map->roundtrip);
    for (i = 0; i < 4; i++) {
        printf("\t%s", urls[i] ? urls[i] : "");
    }
    for (i = 0; i < 12 && set->lines[i]; i++) {
        printf("\t%s", set->lines[i]);
    }
    putchar('\n');
}

static size_t read_hex(const char *hex, char *to)
{
    size_t len = 0;
    char digits[3] = {0, 0, 0};

    for (; hex[0] && hex[1] && hex[0] != '\n'; hex += 2) {
        digits[0] = hex[0];
        digits[1] = hex[1];
        to[len++] = (char)strtol(digits, NULL, 16);
    }
    return len;
}

/* What a URL stands in, by the numbers behind those of the uses. */
static const struct {
    const char *name;
    const char *before;
    const char *behind;
    const char *taboo; /* what would end it there */
} fields[] = {
    {"Location", "", "", ""},
    {"Link", "<http://o.test/>, <", ">; rel=\"next\"", "<>"},
    {"Refresh", "0; url=\"", "\"; x", "\""},
};

/* The URL of a field, if what is around it has stayed. */
static const char *url_in(apr_pool_t *pool, const char *text, size_t i)
{
    size_t before = strlen(fields[i].before);
    size_t behind = strlen(fields[i].behind);
    size_t len = strlen(text);

    if (len < before + behind || strncmp(text, fields[i].before, before)
        || strcmp(text + len - behind, fields[i].behind)) {
        BREAKS("what is around a URL has changed: %s", text);
    }
    return apr_pstrmemdup(pool, text + before, len - before - behind);
}

static void answer_field(world *w, size_t i, const char *value, size_t len)
{
    revmap_outcome outcome;
    apr_pool_t *pool;

    if (strlen(value) != len || (len && strpbrk(value, fields[i].taboo))) {
        puts("=");
        return;
    }
    apr_pool_create(&pool, w->pool);
    revmap_header_map(&w->exchange,
                      revmap_slice_of(apr_pstrcat(pool, fields[i].before, value,
                                                  fields[i].behind, NULL)),
                      pool, &outcome,
                      revmap_header_find(w->scope, fields[i].name));
    if (outcome.value) {
        value = url_in(pool, outcome.value, i);
        print_hex(value);
    }
    puts(outcome.value ? "" : "=");
    apr_pool_destroy(pool);
}

static void answer(world *w, revmap_use use, const char *value, size_t len)
{
    revmap_slice text = revmap_slice_make(exact_mem(value, len), len);
    revmap_result result;
    apr_pool_t *pool;

    apr_pool_create(&pool, w->pool);
    revmap_evaluate(&w->exchange, revmap_slice_trim(text), use, pool, &result);
    if (result.reason == REVMAP_MAPPED) {
        print_hex(revmap_slice_join(pool, result.part, result.parts));
        putchar('\n');
    }
    else {
        puts("=");
    }
    apr_pool_destroy(pool);
    free_slice(text);
}

int main(void)
{
    static char line[LINE];
    static char value[LINE];
    apr_pool_t *pool = new_pool();
    size_t count = fuzz_map_count();
    world *worlds = apr_pcalloc(pool, count * sizeof(*worlds));
    size_t i;

    for (i = 0; i < count; i++) {
        worlds[i] = world_of(&fuzz_map_at(i)->set);
        print_map(fuzz_map_at(i));
    }
    while (fgets(line, LINE, stdin)) {
        int map = 0;
        int use = 0;
        int at = 0;

        sscanf(line, "%d %d %n", &map, &use, &at);
        i = read_hex(line + at, value);
        value[i] = '\0';
        if (use < FUZZ_USES) {
            answer(&worlds[(size_t)map % count], fuzz_use_at((size_t)use),
                   value, i);
        }
        else {
            answer_field(&worlds[(size_t)map % count], (size_t)use - FUZZ_USES,
                         value, i);
        }
    }
    return 0;
}
