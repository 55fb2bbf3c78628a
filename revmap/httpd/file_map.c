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

/* One map file.  Each version of it is compiled into a pool of its own, which
 * a thread that serves requests never has to allocate from or to free. */

#include "revmap/httpd/file_map.h"
#include "revmap/httpd/facts.h"
#include "revmap/httpd/shared.h"

#include "apr_atomic.h"
#include "apr_file_io.h"
#include "apr_strings.h"
#include "apr_thread_mutex.h"
#include "http_log.h"

#include "revmap/map_file.h"

APLOG_USE_MODULE(revmap);

/* Memory for more may not be there, and httpd ends without. */
#define MAX_SIZE (1 << 30)

/* A file as it was compiled. */
typedef struct version {
    revmap_file *file;
    apr_pool_t *pool;
    revmap_map *map;
    revmap_scope scope;   /* of the map alone */
    unsigned int holders; /* requests */
    struct version *older;
} version;

/* By which a change is noticed. */
typedef struct signature {
    apr_time_t modified;
    apr_time_t changed; /* or who may read it */
    apr_off_t size;
    apr_ino_t inode;
    apr_dev_t device;
} signature;

/* Of its members requests look at the lock and what stands behind it; the
 * others are for the one thread that looks at the file. */
struct revmap_file {
    apr_pool_t *pconf;
    const char *path;
    unsigned int seconds;
    apr_array_header_t *servers; /* of const server_rec pointers */
    signature seen;              /* when it was last read or not readable */
    apr_uint64_t digest;         /* of the bytes in force */
    int is_unsettled;            /* it may change without a new signature */
    const revmap_surroundings *around; /* NULL: it is not known yet */
#if APR_HAS_THREADS
    apr_thread_mutex_t *lock;
#endif
    version *current; /* NULL: it could not be read when it was created */
    version *old;     /* the others that are still there */
    apr_time_t loaded;
    unsigned int failures;
};

static void lock(revmap_file *file)
{
#if APR_HAS_THREADS
    apr_thread_mutex_lock(file->lock);
#endif
}

static void unlock(revmap_file *file)
{
#if APR_HAS_THREADS
    apr_thread_mutex_unlock(file->lock);
#endif
}

/* ---- pools -------------------------------------------------------------- */

/* Of nobody, with memory of its own, which goes back when it is destroyed. */
static apr_pool_t *lone_pool(const revmap_file *file)
{
    apr_allocator_t *allocator;
    apr_pool_t *pool;

    if (apr_allocator_create(&allocator) != APR_SUCCESS) {
        return NULL;
    }
    apr_allocator_max_free_set(allocator, 1);
    if (apr_pool_create_unmanaged_ex(&pool, apr_pool_abort_get(file->pconf),
                                     allocator)
        != APR_SUCCESS) {
        apr_allocator_destroy(allocator);
        return NULL;
    }
    apr_allocator_owner_set(allocator, pool);
    return pool;
}

static void free_versions(version *first)
{
    while (first) {
        version *older = first->older;

        apr_pool_destroy(first->pool);
        first = older;
    }
}

static apr_status_t free_all(void *data)
{
    revmap_file *file = data;

    free_versions(file->current);
    free_versions(file->old);
    file->current = file->old = NULL;
    return APR_SUCCESS;
}

/* ---- reading ------------------------------------------------------------ */

/* A version that is being made. */
typedef struct making {
    revmap_file *file;
    apr_pool_t *scratch;
    signature seen;
    apr_uint64_t digest;
    int is_unsettled;
    volatile apr_uint32_t *stop;
    version *made;     /* NULL: it has not changed, or it is to stop */
    const char *error; /* with the path */
} making;

static signature signature_of(const apr_finfo_t *info)
{
    signature s;

    memset(&s, 0, sizeof(s));
    s.modified = info->mtime;
    s.changed = info->ctime;
    s.size = info->size;
    s.inode = info->inode;
    s.device = info->device;
    return s;
}

static int is_same(const signature *a, const signature *b)
{
    return a->modified == b->modified && a->changed == b->changed
           && a->size == b->size && a->inode == b->inode
           && a->device == b->device;
}

#define WANTED                                                                 \
    (APR_FINFO_TYPE | APR_FINFO_MTIME | APR_FINFO_CTIME | APR_FINFO_SIZE       \
     | APR_FINFO_IDENT)

static void fail(making *m, const char *why)
{
    m->error =
        apr_psprintf(m->scratch, "%s cannot be read (%s)", m->file->path, why);
}

static void fail_with(making *m, apr_status_t status)
{
    char words[120];

    fail(m, apr_strerror(status, words, sizeof(words)));
}

/* The bytes of the file and a NUL byte, or NULL. */
static char *read_bytes(making *m, apr_size_t *len)
{
    apr_finfo_t info;
    apr_file_t *in;
    char *text = NULL;
    apr_status_t status = apr_file_open(
        &in, m->file->path, APR_READ | APR_BINARY, APR_OS_DEFAULT, m->scratch);

    if (status == APR_SUCCESS) {
        status = apr_file_info_get(&info, WANTED, in);
        if (status == APR_SUCCESS || status == APR_INCOMPLETE) {
            m->seen = signature_of(&info);
            text = apr_palloc(m->scratch, (apr_size_t)info.size + 1);
            status = apr_file_read_full(in, text, (apr_size_t)info.size, len);
        }
        apr_file_close(in);
    }
    if (!text || (status != APR_SUCCESS && status != APR_EOF)) {
        fail_with(m, status);
        return NULL;
    }
    text[*len] = '\0';
    return text;
}

/* A file system that counts in seconds cannot tell a change that follows
 * within the same one, and a writer may still be at it. */
static int may_change_unseen(const signature *seen, apr_time_t now)
{
    return seen->modified > now - apr_time_from_sec(2);
}

/* ---- compiling ---------------------------------------------------------- */

/* Read all lines into a map; 0 if it was to stop or there is a mistake. */
static int compile(making *m, version *v, char *text, apr_size_t len)
{
    apr_pool_t *scratch;
    revmap_map_file lines;

    apr_pool_create(&scratch, m->scratch);
    revmap_map_file_init(&lines, m->file->path, text, len);
    while (revmap_map_file_has_more(&lines)) {
        const char *error;

        apr_pool_clear(scratch);
        error = revmap_map_file_read_line(&lines, v->map, scratch);
        if (error) {
            m->error = apr_psprintf(m->scratch, "%s:%u: %s", m->file->path,
                                    lines.line, error);
            return 0;
        }
        if (m->stop && apr_atomic_read32(m->stop)) {
            return 0;
        }
    }
    if (!v->map->count) {
        m->error = apr_psprintf(m->scratch,
                                "%s has no rule: write lines like "
                                "'/public/ http://backend/'",
                                m->file->path);
    }
    return v->map->count != 0;
}

static void make_version(making *m, char *text, apr_size_t len)
{
    apr_pool_t *pool = lone_pool(m->file);
    version *v = pool ? apr_pcalloc(pool, sizeof(*v)) : NULL;

    if (!v) {
        fail_with(m, APR_ENOMEM);
        return;
    }
    v->file = m->file;
    v->pool = pool;
    v->map = revmap_map_create(pool, revmap_mounts_create(pool));
    v->scope.map = v->map;
    if (compile(m, v, text, len)) {
        m->made = v;
        if (m->file->around) {
            revmap_survey_file(v->map, m->file->around, m->scratch);
        }
    }
    else {
        apr_pool_destroy(pool);
    }
}

/* The same bytes are not compiled again. */
static void read_version(making *m)
{
    apr_time_t now = apr_time_now();
    apr_size_t len = 0;
    char *text = read_bytes(m, &len);

    if (!text) {
        return;
    }
    m->is_unsettled = may_change_unseen(&m->seen, now);
    m->digest = revmap_hash(REVMAP_HASH_SEED, text, len);
    if (!m->file->current || m->digest != m->file->digest) {
        make_version(m, text, len);
    }
}

/* ---- rules that are about this site ------------------------------------- */

static int is_name_of(const revmap_file *file, const revmap_origin *host)
{
    int i;

    for (i = 0; i < file->servers->nelts; i++) {
        const server_rec *server =
            APR_ARRAY_IDX(file->servers, i, const server_rec *);

        if (!revmap_is_server_name(server, host)) {
            return 0;
        }
    }
    return 1;
}

/* A path of the backend leads to this site's own host, unless the two sides
 * were swapped. */
static const revmap_rule *find_foreign(const revmap_file *file,
                                       const revmap_map *map)
{
    const revmap_rule *rule;

    for (rule = map->first; rule; rule = rule->following) {
        if (rule->public_site && !rule->backend
            && !is_name_of(file, &rule->public_site->origin)) {
            return rule;
        }
    }
    return NULL;
}

static const char *complain_of_foreign(apr_pool_t *pool,
                                       const revmap_file *file,
                                       const revmap_map *map)
{
    const revmap_rule *rule = find_foreign(file, map);

    return rule ? apr_psprintf(pool,
                               "%s:%u: '%s' is no name of this virtual host: "
                               "swap the two sides, or add the host by "
                               "ServerName or ServerAlias",
                               rule->place.file, rule->place.line,
                               rule->public_site->text)
                : NULL;
}

const char *revmap_file_complain_of_foreign(apr_pool_t *pool,
                                            const revmap_file *file)
{
    return file->current ? complain_of_foreign(pool, file, file->current->map)
                         : NULL;
}

static void check_foreign(making *m)
{
    m->error = complain_of_foreign(m->scratch, m->file, m->made->map);
    if (m->error) {
        apr_pool_destroy(m->made->pool);
        m->made = NULL;
    }
}

/* ---- one version takes the place of another ----------------------------- */

static void replace(revmap_file *file, version *made)
{
    if (file->current) {
        file->current->older = file->old;
        file->old = file->current;
    }
    file->current = made;
}

/* Without a mistake, what was read is in force now, or was so before. */
static void settle(revmap_file *file, const making *m, int is_known)
{
    file->seen = m->seen;
    file->is_unsettled = m->is_unsettled;
    lock(file);
    if (m->error) {
        file->failures += !is_known;
    }
    else {
        file->failures = 0;
        file->digest = m->digest;
        file->loaded = apr_time_now();
    }
    if (m->made) {
        replace(file, m->made);
    }
    unlock(file);
}

int revmap_file_free_old(revmap_file *file)
{
    version *unused = NULL;
    version **v;
    int is_held;

    lock(file);
    for (v = &file->old; *v;) {
        version *old = *v;

        if (old->holders) {
            v = &old->older;
        }
        else {
            *v = old->older;
            old->older = unused;
            unused = old;
        }
    }
    is_held = file->old != NULL;
    unlock(file);
    free_versions(unused);
    return is_held;
}

/* A version of the file that could not be taken is spoken of once. */
static void tell(revmap_file *file, const making *m, int is_known)
{
    const server_rec *server =
        APR_ARRAY_IDX(file->servers, 0, const server_rec *);

    if (m->error && !is_known) {
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, server,
                     "RM0401: %s; rules of before that stay in force: %u",
                     m->error, file->current->map->count);
    }
    if (m->made) {
        ap_log_error(APLOG_MARK, APLOG_INFO, 0, server,
                     "RM0402: %s has changed; rules in force: %u", file->path,
                     m->made->map->count);
    }
}

static void begin_making(making *m, revmap_file *file, apr_pool_t *scratch)
{
    memset(m, 0, sizeof(*m));
    m->file = file;
    m->scratch = scratch;
}

/* Who it is by now; nobody if it cannot be read. */
static void look_up(making *m)
{
    apr_finfo_t info;
    apr_status_t status;

    info.filetype = APR_NOFILE;
    status = apr_stat(&info, m->file->path, WANTED, m->scratch);
    if (status != APR_SUCCESS && status != APR_INCOMPLETE) {
        fail_with(m, status);
        return;
    }
    m->seen = signature_of(&info);
    if (info.filetype != APR_REG) {
        fail(m, "it is no regular file");
    }
    else if (info.size > MAX_SIZE) {
        fail(m, "it is larger than 1 GB");
    }
}

void revmap_file_look(revmap_file *file, volatile apr_uint32_t *stop,
                      int is_silent)
{
    apr_pool_t *scratch = lone_pool(file);
    making m;
    int is_known;

    if (!scratch) {
        return;
    }
    begin_making(&m, file, scratch);
    m.stop = stop;
    look_up(&m);
    is_known = is_same(&m.seen, &file->seen);
    if (!is_known || file->is_unsettled) {
        if (!m.error) {
            read_version(&m);
        }
        if (m.made) {
            check_foreign(&m);
        }
        if (m.made || !stop || !apr_atomic_read32(stop)) {
            settle(file, &m, is_known);
            if (!is_silent) {
                tell(file, &m, is_known);
            }
        }
    }
    apr_pool_destroy(scratch);
}

/* ---- requests ----------------------------------------------------------- */

static apr_status_t give_back(void *data)
{
    version *held = data;

    lock(held->file);
    held->holders--;
    unlock(held->file);
    return APR_SUCCESS;
}

const revmap_scope *revmap_file_hold(revmap_file *file, apr_pool_t *pool)
{
    version *held;

    lock(file);
    held = file->current;
    held->holders++;
    unlock(file);
    apr_pool_cleanup_register(pool, held, give_back, apr_pool_cleanup_null);
    return &held->scope;
}

/* ---- what others ask ---------------------------------------------------- */

revmap_file *revmap_file_create(apr_pool_t *pconf, const char *path,
                                const char **error)
{
    revmap_file *file = apr_pcalloc(pconf, sizeof(*file));
    apr_pool_t *scratch;
    making m;

    file->pconf = pconf;
    file->path = path;
    file->servers = apr_array_make(pconf, 1, sizeof(const server_rec *));
#if APR_HAS_THREADS
    apr_thread_mutex_create(&file->lock, APR_THREAD_MUTEX_DEFAULT, pconf);
#endif
    apr_pool_cleanup_register(pconf, file, free_all, apr_pool_cleanup_null);
    scratch = lone_pool(file);
    begin_making(&m, file, scratch);
    look_up(&m);
    if (!m.error) {
        read_version(&m);
    }
    settle(file, &m, 0);
    *error = m.error ? apr_pstrdup(pconf, m.error) : NULL;
    apr_pool_destroy(scratch);
    return file;
}

const char *revmap_file_path(const revmap_file *file)
{
    return file->path;
}

apr_array_header_t *revmap_file_servers(const revmap_file *file)
{
    return file->servers;
}

void revmap_file_set_surroundings(revmap_file *file,
                                  const revmap_surroundings *around,
                                  apr_pool_t *ptemp)
{
    file->around = around;
    revmap_survey_file(file->current->map, around, ptemp);
}

void revmap_file_look_every(revmap_file *file, unsigned int seconds)
{
    if (seconds && (!file->seconds || seconds < file->seconds)) {
        file->seconds = seconds;
    }
}

unsigned int revmap_file_seconds(const revmap_file *file)
{
    return file->seconds;
}

void revmap_file_status_of(revmap_file *file, revmap_file_status *status)
{
    lock(file);
    status->path = file->path;
    status->rules = file->current->map->count;
    status->loaded = file->loaded;
    status->failures = file->failures;
    unlock(file);
}
