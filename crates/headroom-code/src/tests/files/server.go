// Package server answers requests for short links.
//
// Links are kept in memory. They are lost when the process ends, which is what a test wants.
package server

import (
	"encoding/json"
	"errors"
	"net/http"
	"sync"
)

const (
	maxLinks  = 10_000
	maxLength = 2_048
)

var (
	errTooLong = errors.New("the address is too long")
	errFull    = errors.New("there is no room for more links")
)

// Link is an address with its short name.
type Link struct {
	Name    string `json:"name"`
	Address string `json:"address"`
	Hits    int    `json:"hits"`
}

// Store is where links are kept.
type Store interface {
	Get(name string) (Link, bool)
	Put(link Link) error
}

type memory struct {
	sync.RWMutex
	links map[string]Link
}

// NewStore makes an empty store.
func NewStore() Store {
	return &memory{links: make(map[string]Link)}
}

func (m *memory) Get(name string) (Link, bool) {
	m.Lock()
	defer m.Unlock()
	link, found := m.links[name]
	if found {
		link.Hits++
		m.links[name] = link
	}
	return link, found
}

func (m *memory) Put(link Link) error {
	m.Lock()
	defer m.Unlock()
	switch {
	case len(link.Address) > maxLength:
		return errTooLong
	case len(m.links) >= maxLinks:
		return errFull
	}
	m.links[link.Name] = link
	return nil
}

// Handler serves the links of a store.
func Handler(store Store) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{name}", func(w http.ResponseWriter, r *http.Request) {
		link, found := store.Get(r.PathValue("name"))
		if !found {
			http.NotFound(w, r)
			return
		}
		http.Redirect(w, r, link.Address, http.StatusFound)
	})
	mux.HandleFunc("PUT /{name}", func(w http.ResponseWriter, r *http.Request) {
		var link Link
		if err := json.NewDecoder(r.Body).Decode(&link); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		link.Name = r.PathValue("name")
		if err := store.Put(link); err != nil {
			http.Error(w, err.Error(), http.StatusInsufficientStorage)
		}
	})
	return mux
}
