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

/* RevMapFile: the directive, and what requests get of the files. */

#include "revmap/httpd/file.h"

#include "apr_strings.h"
#include "apr_user.h"
#ifndef WIN32
#include <grp.h>
#include "unixd.h"
#endif

#include "revmap/httpd/directive.h"
#include "revmap/httpd/remarks.h"

#define DEFAULT_SECONDS 5
#define MAX_SECONDS 86400

/* Of the configuration that is read or in force; replaced by one thread, while
 * no other one is there. */
static apr_array_header_t *files;

void revmap_begin_files(apr_pool_t *pconf)
{
    files = apr_array_make(pconf, 0, sizeof(revmap_file *));
}

const apr_array_header_t *revmap_files(void)
{
    return files;
}

/* ---- the directive ------------------------------------------------------ */

static const char *parse_check(cmd_parms *cmd, const char *option,
                               unsigned int *seconds)
{
    const char *text;
    char *end;
    apr_int64_t number;

    *seconds = DEFAULT_SECONDS;
    if (!option) {
        return NULL;
    }
    if (ap_cstr_casecmpn(option, "check=", 6) != 0) {
        return apr_psprintf(cmd->pool,
                            "'%s' is unknown: write check=seconds or check=off",
                            option);
    }
    text = option + 6;
    if (revmap_is_word(text, "off")) {
        *seconds = 0;
        return NULL;
    }
    number = apr_strtoi64(text, &end, 10);
    if (!*text || *end || number < 1 || number > MAX_SECONDS) {
        return apr_psprintf(cmd->pool,
                            "'%s' is no number of seconds from 1 to %d: write "
                            "it, or check=off",
                            text, MAX_SECONDS);
    }
    *seconds = (unsigned int)number;
    return NULL;
}

static revmap_file *find_file(const char *path)
{
    int i;

    for (i = 0; i < files->nelts; i++) {
        revmap_file *file = APR_ARRAY_IDX(files, i, revmap_file *);

        if (strcmp(revmap_file_path(file), path) == 0) {
            return file;
        }
    }
    return NULL;
}

static int holds_use(const apr_array_header_t *uses, const revmap_file *file)
{
    int i;

    for (i = 0; i < uses->nelts; i++) {
        if (APR_ARRAY_IDX(uses, i, revmap_file_use).file == file) {
            return 1;
        }
    }
    return 0;
}

static void add_use(cmd_parms *cmd, revmap_map *map, revmap_file *file)
{
    const revmap_server_config *server = revmap_server_config_of(cmd->server);
    revmap_file_use *use;

    if (!holds_use(server->files, file)) {
        APR_ARRAY_PUSH(revmap_file_servers(file), const server_rec *) =
            cmd->server;
    }
    if (!map->files) {
        map->files = apr_array_make(cmd->pool, 1, sizeof(void *));
    }
    APR_ARRAY_PUSH(map->files, void *) = file;
    use = apr_array_push(server->files);
    use->file = file;
    use->map = map;
    use->is_in_section = map->mounts != server->mounts;
}

static void remove_server(apr_array_header_t *servers, const server_rec *server)
{
    int kept = 0;
    int i;

    for (i = 0; i < servers->nelts; i++) {
        const server_rec *other = APR_ARRAY_IDX(servers, i, const server_rec *);

        if (other != server) {
            APR_ARRAY_IDX(servers, kept++, const server_rec *) = other;
        }
    }
    servers->nelts = kept;
}

/* What no server has is not to be looked at. */
static void drop_unused(const server_rec *server,
                        const apr_array_header_t *uses)
{
    int kept = 0;
    int i;

    for (i = 0; i < files->nelts; i++) {
        revmap_file *file = APR_ARRAY_IDX(files, i, revmap_file *);
        apr_array_header_t *servers = revmap_file_servers(file);

        if (!holds_use(uses, file)) {
            remove_server(servers, server);
        }
        if (servers->nelts) {
            APR_ARRAY_IDX(files, kept++, revmap_file *) = file;
        }
    }
    files->nelts = kept;
}

void revmap_forget_files(const server_rec *server, const revmap_map *map)
{
    apr_array_header_t *uses = revmap_server_config_of(server)->files;
    int kept = 0;
    int i;

    for (i = 0; i < uses->nelts; i++) {
        const revmap_file_use *use = &APR_ARRAY_IDX(uses, i, revmap_file_use);

        if (use->map != map) {
            APR_ARRAY_IDX(uses, kept++, revmap_file_use) = *use;
        }
    }
    if (kept < uses->nelts) {
        uses->nelts = kept;
        drop_unused(server, uses);
    }
}

/* RevMapFile path [check=seconds|off] */
const char *revmap_set_file(cmd_parms *cmd, void *dir_config, const char *path,
                            const char *option)
{
    const char *error = revmap_check_context(cmd);
    unsigned int seconds;
    const char *full;
    revmap_file *file;

    if (error) {
        return error;
    }
    error = parse_check(cmd, option, &seconds);
    full = ap_server_root_relative(cmd->pool, path);
    if (!error && !full) {
        error = apr_psprintf(cmd->pool, "'%s' is no path of a file", path);
    }
    file = error ? NULL : find_file(full);
    if (!error && !file) {
        file = revmap_file_create(cmd->pool, full, &error);
        if (!error) {
            APR_ARRAY_PUSH(files, revmap_file *) = file;
        }
    }
    if (!error) {
        revmap_file_look_every(file, seconds);
        add_use(cmd, revmap_map_of(cmd, dir_config), file);
    }
    return revmap_complain(cmd, error);
}

/* ---- the end of the configuration --------------------------------------- */

#ifndef WIN32
/* By Group, or by the group's own list: initgroups() takes the others that
 * have User there. */
static int is_group_of_user(gid_t group, apr_pool_t *pool)
{
    const struct group *entry;
    char *user;
    char **member;

    if (group == ap_unixd_config.group_id) {
        return 1;
    }
    entry = getgrgid(group);
    if (!entry
        || apr_uid_name_get(&user, ap_unixd_config.user_id, pool)
               != APR_SUCCESS) {
        return 0;
    }
    for (member = entry->gr_mem; *member; member++) {
        if (strcmp(*member, user) == 0) {
            return 1;
        }
    }
    return 0;
}
#endif

/* As far as the permissions of the file itself tell whether the user of the
 * child processes, which root starts, may read it. */
static int is_readable(const char *path, apr_pool_t *pool)
{
#ifndef WIN32
    apr_finfo_t info;

    if (geteuid() != 0
        || apr_stat(&info, path, APR_FINFO_OWNER | APR_FINFO_PROT, pool)
               != APR_SUCCESS) {
        return 1;
    }
    if (info.user == ap_unixd_config.user_id) {
        return (info.protection & APR_FPROT_UREAD) != 0;
    }
    if (is_group_of_user(info.group, pool)) {
        return (info.protection & APR_FPROT_GREAD) != 0;
    }
    return (info.protection & APR_FPROT_WREAD) != 0;
#else
    return 1;
#endif
}

static void check_readable(const revmap_file *file, apr_pool_t *pool)
{
    const char *path = revmap_file_path(file);

    if (revmap_file_seconds(file) && !is_readable(path, pool)) {
        revmap_remark(APLOG_WARNING, NULL,
                      "RM0404: %s cannot be read by the User of this server, "
                      "which will not see its changes: let it, by chmod or "
                      "chgrp, or write check=off",
                      path);
    }
}

static int check_foreign(const revmap_file *file, apr_pool_t *pool)
{
    const char *error = revmap_file_complain_of_foreign(pool, file);

    return error ? revmap_remark(APLOG_ERR, NULL, "RM0405: %s", error) : OK;
}

int revmap_check_files(apr_pool_t *ptemp)
{
    int status = OK;
    int i;

    for (i = 0; i < files->nelts && !revmap_is_rehearsal(); i++) {
        const revmap_file *file = APR_ARRAY_IDX(files, i, revmap_file *);

        check_readable(file, ptemp);
        if (check_foreign(file, ptemp) != OK) {
            status = HTTP_INTERNAL_SERVER_ERROR;
        }
    }
    return status;
}

void revmap_inherit_files(const revmap_server_config *main_server,
                          revmap_server_config *virtual_host, int with_rules)
{
    int i;

    for (i = 0; i < main_server->files->nelts; i++) {
        const revmap_file_use *use =
            &APR_ARRAY_IDX(main_server->files, i, revmap_file_use);

        if (use->is_in_section || with_rules) {
            APR_ARRAY_PUSH(virtual_host->files, revmap_file_use) = *use;
        }
    }
}

/* ---- requests ----------------------------------------------------------- */

/* A file while a request holds it. */
typedef struct held {
    const revmap_file *file;
    const revmap_scope *scope; /* of its map alone */
    revmap_mounts mounts;      /* its public sides, and those of others */
} held;

/* All of them. */
typedef struct held_files {
    held *first;
    int count;
} held_files;

static const revmap_scope *find_held(const held_files *all, const void *file)
{
    int i;

    for (i = 0; i < all->count; i++) {
        if (all->first[i].file == file) {
            return all->first[i].scope;
        }
    }
    return NULL;
}

/* One that is new to the request, with its public sides. */
static void hold(request_rec *r, held_files *all, revmap_file *file,
                 revmap_exchange *exchange)
{
    held *h = &all->first[all->count++];

    h->file = file;
    h->scope = revmap_file_hold(file, r->pool);
    h->mounts = *h->scope->map->mounts;
    h->mounts.outer = exchange->mounts;
    exchange->mounts = &h->mounts;
}

/* The files of a section come right before its own lines, if it has others:
 * "RevMap none" keeps out what is further outside, not these. */
static const revmap_scope *add_maps(request_rec *r, const revmap_scope *scope,
                                    const held_files *all)
{
    const apr_array_header_t *named;
    const revmap_scope *outer;
    int i;

    outer = scope->outer ? add_maps(r, scope->outer, all) : NULL;
    named = scope->map->files;
    if (!named || !revmap_map_is_empty(scope->map)) {
        outer = outer == scope->outer
                    ? scope
                    : revmap_scope_chain(r->pool, scope->map, outer);
    }
    for (i = named ? named->nelts - 1 : -1; i >= 0; i--) {
        outer = revmap_scope_merge(
            r->pool, find_held(all, APR_ARRAY_IDX(named, i, void *)), outer);
    }
    return outer;
}

REVMAP_NOINLINE
void revmap_add_files(request_rec *r, const revmap_server_config *server,
                      revmap_exchange *exchange)
{
    const apr_array_header_t *uses = server->files;
    held_files all;
    int i;

    all.first =
        apr_palloc(r->pool, (apr_size_t)uses->nelts * sizeof(*all.first));
    all.count = 0;
    for (i = 0; i < uses->nelts; i++) {
        revmap_file *file = APR_ARRAY_IDX(uses, i, revmap_file_use).file;

        if (!find_held(&all, file)) {
            hold(r, &all, file, exchange);
        }
    }
    if (exchange->scope) {
        exchange->scope = add_maps(r, exchange->scope, &all);
    }
}
