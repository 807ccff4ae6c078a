package provider

import (
	"bytes"
	"go/format"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEachFileHasTheLayoutOfGofmt(t *testing.T) {
	err := filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		written, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if wanted, err := format.Source(written); err != nil || !bytes.Equal(written, wanted) {
			t.Errorf("%s: run gofmt -w (%v)", path, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
