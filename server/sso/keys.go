package sso

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"fmt"
	"strconv"
	"time"

	jose "github.com/go-jose/go-jose/v4"
	"github.com/uptrace/bun"

	"postern/server/seal"
)

// A key signs for a month and is published for a day more: longer than any
// identity token lives.
const (
	keySigns = 30 * 24 * time.Hour
	keyShown = keySigns + 24*time.Hour
)

// signingKey is a key of the table. It is the library's op.SigningKey.
type signingKey struct {
	id      int64
	private *ecdsa.PrivateKey
}

func (k signingKey) ID() string                                  { return strconv.FormatInt(k.id, 10) }
func (k signingKey) Key() any                                    { return k.private }
func (k signingKey) SignatureAlgorithm() jose.SignatureAlgorithm { return jose.ES256 }

// publicKey is its half for the world. It is the library's op.Key.
type publicKey struct{ signingKey }

func (k publicKey) Key() any                           { return &k.private.PublicKey }
func (k publicKey) Algorithm() jose.SignatureAlgorithm { return jose.ES256 }
func (k publicKey) Use() string                        { return "sig" }

func placeOf(id int64) seal.Place {
	return seal.Place{Table: "sso_keys", Column: "private_key", Row: id}
}

// keys are the published keys, the one that signs first. It makes that one when
// there is none, or when it has signed for long enough.
func (r *Room) keys(ctx context.Context) ([]signingKey, error) {
	now := r.Now()
	rows, err := selectKeys(ctx, r.DB.Write, now.Add(-keyShown))
	if err != nil {
		return nil, err
	}
	if !fresh(rows, now) {
		err = r.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
			if err := lockKeys(ctx, tx); err != nil {
				return err
			}
			if rows, err = selectKeys(ctx, tx, now.Add(-keyShown)); err != nil || fresh(rows, now) {
				return err // another node made it meanwhile
			}
			made, err := r.makeKey(ctx, tx, now)
			rows = append([]keyRow{made}, rows...)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	keys := make([]signingKey, len(rows))
	for i, row := range rows {
		if keys[i], err = r.openKey(row); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

func fresh(rows []keyRow, now time.Time) bool {
	return len(rows) > 0 && now.Sub(rows[0].CreatedAt) < keySigns
}

func (r *Room) makeKey(ctx context.Context, tx bun.Tx, now time.Time) (keyRow, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), r.Random)
	if err != nil {
		return keyRow{}, fmt.Errorf("a signing key: %w", err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return keyRow{}, fmt.Errorf("a signing key: %w", err)
	}
	row := keyRow{CreatedAt: now}
	if row.ID, err = nextKeyID(ctx, tx); err != nil {
		return row, err
	}
	row.PrivateKey = r.Key.Seal(string(raw), placeOf(row.ID))
	return row, insertKey(ctx, tx, row)
}

func (r *Room) openKey(row keyRow) (signingKey, error) {
	raw, err := r.Key.Open(row.PrivateKey, placeOf(row.ID))
	if err != nil {
		return signingKey{}, fmt.Errorf("the signing key %d: %w", row.ID, err)
	}
	private, err := x509.ParsePKCS8PrivateKey([]byte(raw))
	key, is := private.(*ecdsa.PrivateKey)
	if err != nil || !is {
		return signingKey{}, fmt.Errorf("the signing key %d is none", row.ID)
	}
	return signingKey{row.ID, key}, nil
}
