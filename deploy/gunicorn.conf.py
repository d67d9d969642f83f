"""How gunicorn serves Soundcheck, in the demo and in production alike; the address comes from the command line."""

wsgi_app = "portal.app:create_app()"
worker_class = "portal.web.threaded.Worker"
workers = 2
threads = 16
timeout = 60
graceful_timeout = 10
keepalive = 5
accesslog = "-"
# Paths hold no names or secrets of people; queries may, so the format leaves the query out.
access_log_format = '%(h)s "%(m)s %(U)s" %(s)s %(b)s %(L)ss'
# Otherwise it opens a socket in the home folder, which two installations would share.
control_socket_disable = True
