/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Runs a fuzz target over the files of its corpus, with any compiler and no
 * fuzzer. Arguments are files and directories; without any it is the corpus
 * that is named like the program, from the top of the source. Speaks TAP.
 */

#include "fuzz.h"

#include "apr_file_info.h"
#include "apr_file_io.h"

#include <time.h>

/* What a single input may take, in seconds of the processor. */
#define PATIENCE 20

/* @return non-zero if the file could be read */
static int replay(apr_pool_t *pool, const char *path)
{
    apr_finfo_t info;
    apr_file_t *file;
    clock_t begin = clock();
    char *data;

    if (apr_file_open(&file, path, APR_READ, 0, pool)
        || apr_file_info_get(&info, APR_FINFO_SIZE, file)) {
        return 0;
    }
    data = malloc(info.size ? (size_t)info.size : 1);
    if (!data
        || (info.size
            && apr_file_read_full(file, data, (size_t)info.size, NULL))) {
        return 0;
    }
    apr_file_close(file);
    /* It prints and aborts if a promise is broken. */
    LLVMFuzzerTestOneInput((const uint8_t *)data, (size_t)info.size);
    free(data);
    ok((clock() - begin) / CLOCKS_PER_SEC < PATIENCE, "%s", path);
    return 1;
}

static void replay_directory(apr_pool_t *pool, const char *path)
{
    int count = 0;
    apr_finfo_t info;
    apr_dir_t *dir;

    if (!ok(!apr_dir_open(&dir, path, pool), "%s can be read", path)) {
        return;
    }
    while (!apr_dir_read(&info, APR_FINFO_NAME, dir)) {
        const char *name = apr_pstrcat(pool, path, "/", info.name, NULL);

        if (*info.name != '.') {
            ok(replay(pool, name), "%s was read", name);
            count++;
        }
    }
    apr_dir_close(dir);
    ok(count, "%s holds %d inputs", path, count);
}

static int is_directory(apr_pool_t *pool, const char *path)
{
    apr_finfo_t info;

    return !apr_stat(&info, path, APR_FINFO_TYPE, pool)
           && info.filetype == APR_DIR;
}

int main(int argc, char **argv)
{
    apr_pool_t *pool = new_pool();
    const char *slash = strrchr(argv[0], '/');
    int i;

    if (argc < 2) {
        replay_directory(pool, apr_pstrcat(pool, "t/fuzz/corpus/",
                                           slash ? slash + 1 : argv[0], NULL));
    }
    for (i = 1; i < argc; i++) {
        if (is_directory(pool, argv[i])) {
            replay_directory(pool, argv[i]);
        }
        else {
            ok(replay(pool, argv[i]), "%s was read", argv[i]);
        }
    }
    return done_testing();
}
