# SPDX-License-Identifier: Apache-2.0
#
# Django with nothing but its admin, as an application that believes to be
# alone on its host: no prefix is configured anywhere.

import os

import django

DATA = os.environ['DJANGO_DATA']

# Nothing of worth is signed: the data live as long as the test.
SECRET_KEY = 'not a secret'
DEBUG = False
ALLOWED_HOSTS = ['.test', '127.0.0.1', 'localhost']

INSTALLED_APPS = [
    'django.contrib.admin',
    'django.contrib.auth',
    'django.contrib.contenttypes',
    'django.contrib.messages',
    'django.contrib.sessions',
]
MIDDLEWARE = [
    'django.middleware.security.SecurityMiddleware',
    'django.contrib.sessions.middleware.SessionMiddleware',
    'django.middleware.common.CommonMiddleware',
    'django.middleware.csrf.CsrfViewMiddleware',
    'django.contrib.auth.middleware.AuthenticationMiddleware',
    'django.contrib.messages.middleware.MessageMiddleware',
]
TEMPLATES = [{
    'BACKEND': 'django.template.backends.django.DjangoTemplates',
    'APP_DIRS': True,
    'OPTIONS': {'context_processors': [
        'django.template.context_processors.request',
        'django.contrib.auth.context_processors.auth',
        'django.contrib.messages.context_processors.messages',
    ]},
}]
ROOT_URLCONF = 'urls'
STATIC_URL = '/static/'

DATABASES = {'default': {
    'ENGINE': 'django.db.backends.sqlite3',
    'NAME': os.path.join(DATA, 'db.sqlite3'),
}}
DEFAULT_AUTO_FIELD = 'django.db.models.AutoField'
USE_TZ = True

# The proxy of the https site says so, and Django then checks the Referer.
SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https')

# Browsers take such a cookie only with Secure and at the root of a host, so a
# proxy in front must not give it a prefix.
if os.environ.get('DJANGO_HOST_COOKIES'):
    SESSION_COOKIE_NAME = '__Host-sessionid'
    SESSION_COOKIE_PATH = '/'
    SESSION_COOKIE_SECURE = True

# Where the proxy does not preserve the Host header, Django cannot know the
# public name. 4.0 and later check Origin, and want the scheme here.
TRUSTED = os.environ['DJANGO_TRUSTED'].split()
if django.VERSION >= (4, 0):
    CSRF_TRUSTED_ORIGINS = TRUSTED
else:
    CSRF_TRUSTED_ORIGINS = [url.split('://')[1] for url in TRUSTED]
