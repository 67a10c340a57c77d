package httpd

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics is what an operator's monitoring reads. No label holds anything that
// a client chooses: a flood of names must not become a flood of series.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
}

// NewMetrics counts requests, and shows the pool's connections and the process.
func NewMetrics(pool *pgxpool.Pool) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry(), requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "postern_request_duration_seconds", Help: "Requests by service, kind of path and status.",
		Buckets: []float64{.001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
	}, []string{"service", "path", "status"})}
	stat := func(name, help string, value func(*pgxpool.Stat) float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 { return value(pool.Stat()) })
	}
	m.registry.MustRegister(m.requests, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		stat("postern_database_connections", "Open connections that write.", func(s *pgxpool.Stat) float64 { return float64(s.TotalConns()) }),
		stat("postern_database_connections_in_use", "Connections in use.", func(s *pgxpool.Stat) float64 { return float64(s.AcquiredConns()) }),
		stat("postern_database_connections_limit", "The most that there may be.", func(s *pgxpool.Stat) float64 { return float64(s.MaxConns()) }))
	return m
}

// Watch measures a service's requests.
func (m *Metrics) Watch(service string, next http.Handler) http.Handler {
	// Nearly all requests are of one series, which need not be looked up each time.
	usual := sync.OnceValue(func() prometheus.Observer {
		return m.requests.WithLabelValues(service, "api", statusClass(http.StatusOK))
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun, status := time.Now(), &statusWriter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(status, r)
		took := time.Since(begun).Seconds()
		if path := kindOfPath(r.URL.Path); path == "api" && status.status == http.StatusOK {
			usual().Observe(took)
		} else {
			m.requests.WithLabelValues(service, path, statusClass(status.status)).Observe(took)
		}
	})
}

func kindOfPath(path string) string {
	_, path = cutToken(path)
	switch {
	case isAPI(path):
		return "api"
	case path == "/login" || path == "/login/" || path == "/login/step":
		return "login"
	case path == "/login/session":
		return "session"
	}
	return "page"
}

func statusClass(status int) string {
	return [...]string{"other", "1xx", "2xx", "3xx", "4xx", "5xx"}[min(status/100, 5)]
}

type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Handler is for the operator's address alone: /metrics, /healthz (the process
// lives), /readyz (the database answers too).
func (m *Metrics) Handler(ready func(context.Context) error) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
		defer cancel()
		if err := ready(ctx); err != nil {
			http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
			return
		}
		_, _ = w.Write([]byte("ok\n"))
	})
	return mux
}
