/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pool - bytes of which many are equal: each is kept once, as long as the pool. */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <stddef.h>

struct pool;

struct pool *pool_new(void);
void pool_free(struct pool *pool);

/* The pool's own copy of these bytes, aligned as malloc() aligns. What is equal has one address. */
const void *pool_keep(struct pool *pool, const void *bytes, size_t size);

/* The same of a string; NULL of NULL. */
const char *pool_keep_string(struct pool *pool, const char *s);

#endif
