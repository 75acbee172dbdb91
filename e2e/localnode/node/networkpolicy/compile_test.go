package networkpolicy

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/kubernetes/scheme"
)

// Each testdata/NAME.yaml is a cluster, NAME.nft the table that it gives. UPDATE=1 writes the tables anew.
func TestCompile(t *testing.T) {
	clusters, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(clusters) == 0 {
		t.Fatalf("no clusters in testdata: %v", err)
	}
	for _, file := range clusters {
		t.Run(filepath.Base(file), func(t *testing.T) {
			table, err := Compile(read(t, file))
			if err != nil {
				t.Fatal(err)
			}
			golden := strings.TrimSuffix(file, ".yaml") + ".nft"
			if os.Getenv("UPDATE") != "" {
				if err := os.WriteFile(golden, []byte(table), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			expected, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if table != string(expected) {
				t.Errorf("not what %s says, but:\n%s", golden, table)
			}
		})
	}
}

func read(t *testing.T, file string) Cluster {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var cluster Cluster
	documents := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(content)))
	for {
		document, err := documents.Read()
		if err == io.EOF {
			return cluster
		}
		if err != nil {
			t.Fatal(err)
		}
		object, _, err := scheme.Codecs.UniversalDeserializer().Decode(document, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		switch object := object.(type) {
		case *core.Pod:
			cluster.Pods = append(cluster.Pods, object)
		case *core.Namespace:
			cluster.Namespaces = append(cluster.Namespaces, object)
		case *networking.NetworkPolicy:
			cluster.Policies = append(cluster.Policies, object)
		default:
			t.Fatalf("%s holds a %T", file, object)
		}
	}
}
