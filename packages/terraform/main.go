// The Terraform provider: it manages apps, roles and more by the admin API.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"example.com/terraform-provider-idp/internal/provider"
)

// version is set by the build.
var version = "dev"

func main() {
	options := providerserver.ServeOpts{Address: "registry.terraform.io/idp/idp", ProtocolVersion: 6}
	if err := providerserver.Serve(context.Background(), provider.New(version), options); err != nil {
		log.Fatal(err)
	}
}
