// `apply` on either side, `diff`, and kustomizations.
import type { Group } from './case.ts';

export const apply: Group = {
  name: 'apply',
  cases: [
    {
      does: 'diff of what is not there',
      command: 'diff -f settings.yaml',
      contains: `
        diff -u -N /tmp/LIVE-{id}/v1.ConfigMap.{ns}.settings /tmp/MERGED-{id}/v1.ConfigMap.{ns}.settings
        +apiVersion: v1
        +data:
        + colour: blue
        + size: small
        +kind: ConfigMap
        +metadata:
        + creationTimestamp: "{time}"
        + labels:
        + app: web
        + name: settings
        + namespace: {ns}
        + uid: {uid}
      `,
      code: 1,
    },
    {
      does: 'on the client',
      command: 'apply -f web.yaml --dry-run=client',
      prints: `
        configmap/web created (dry run)
        deployment.apps/web created (dry run)
        service/web created (dry run)
      `,
    },
    {
      does: 'on the server',
      command: 'apply -f web.yaml --dry-run=server',
      prints: `
        configmap/web created (server dry run)
        deployment.apps/web created (server dry run)
        service/web created (server dry run)
      `,
    },
    {
      does: 'for the first time',
      command: 'apply -f web.yaml',
      prints: `
        configmap/web created
        deployment.apps/web created
        service/web created
      `,
    },
    {
      does: 'again',
      command: 'apply -f web.yaml',
      prints: `
        configmap/web unchanged
        deployment.apps/web unchanged
        service/web unchanged
      `,
    },
    { does: 'diff of nothing', command: 'diff -f web.yaml', prints: '' },
    {
      does: 'diff',
      command: 'diff -f web-changed.yaml',
      contains: `
        diff -u -N /tmp/LIVE-{id}/apps.v1.Deployment.{ns}.web /tmp/MERGED-{id}/apps.v1.Deployment.{ns}.web
        @@ -6,7 +6,7 @@
        kubectl.kubernetes.io/last-applied-configuration: |
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"annotations":{},"labels":{"app":"web"},"name":"web","namespace":"{ns}"},"spec":{"replicas":1,"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"image":"berth/hello:1","name":"main","ports":[{"containerPort":8080}]}]}}}}
        creationTimestamp: "{time}"
        - generation: 1
        + generation: 2
        labels:
        app: web
        uid: {uid}
        spec:
        progressDeadlineSeconds: 600
        - replicas: 1
        + replicas: 2
        revisionHistoryLimit: 10
        selector:
        matchLabels:
        diff -u -N /tmp/LIVE-{id}/v1.ConfigMap.{ns}.web /tmp/MERGED-{id}/v1.ConfigMap.{ns}.web
        @@ -1,7 +1,7 @@
        apiVersion: v1
        data:
        colour: blue
        - size: small
        + weight: heavy
        kind: ConfigMap
        metadata:
        annotations:
      `,
      code: 1,
    },
    {
      does: 'a change',
      command: 'apply -f web-changed.yaml',
      prints: `
        configmap/web configured
        deployment.apps/web configured
        service/web unchanged
      `,
      leaves: {
        "get configmap web -o 'jsonpath={.data}'": '{"colour":"blue","weight":"heavy"}',
        "get deployment web -o 'jsonpath={.spec.replicas}'": '2',
      },
    },
    {
      does: 'what was applied',
      command: 'apply view-last-applied configmap/web',
      prints: `
        apiVersion: v1
        data:
          colour: blue
          weight: heavy
        kind: ConfigMap
        metadata:
          annotations: {}
          labels:
            app: web
          name: web
          namespace: {ns}
      `,
    },
    {
      does: 'says that something else was applied',
      command: 'apply set-last-applied -f web.yaml',
      prints: `
        configmap/web configured
        deployment.apps/web configured
        service/web configured
      `,
      leaves: {
        'apply view-last-applied configmap/web -o json': `
          {
            "apiVersion": "v1",
            "data": {
              "colour": "blue",
              "size": "small"
            },
            "kind": "ConfigMap",
            "metadata": {
              "labels": {
                "app": "web"
              },
              "name": "web",
              "namespace": "{ns}"
            }
          }
        `,
      },
    },
    {
      does: 'edits what was applied',
      command: 'apply edit-last-applied configmap/web',
      edits: 's/blue/green/',
      prints: 'configmap/web edited',
      leaves: {
        'apply view-last-applied configmap/web -o json': `
          {
            "apiVersion": "v1",
            "data": {
              "colour": "green",
              "size": "small"
            },
            "kind": "ConfigMap",
            "metadata": {
              "labels": {
                "app": "web"
              },
              "name": "web",
              "namespace": "{ns}"
            }
          }
        `,
      },
    },
    {
      does: 'to what was created',
      command: 'create configmap settings --from-literal=size=small',
      prints: 'configmap/settings created',
    },
    {
      does: 'to what was created, with a warning',
      command: 'apply -f settings.yaml',
      prints: 'configmap/settings configured',
      complains:
        'Warning: resource configmaps/settings is missing the kubectl.kubernetes.io/last-applied-configuration annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.',
      leaves: { "get configmap settings -o 'jsonpath={.data}'": '{"colour":"blue","size":"small"}' },
    },
    {
      does: 'with prune',
      command: 'apply -f settings.yaml --prune -l app=web --prune-whitelist=core/v1/Service',
      until: '1.27',
      prints: `
        configmap/settings unchanged
        service/web pruned
      `,
      leaves: { 'get service web --ignore-not-found': '' },
    },
    {
      does: 'with prune',
      command: 'apply -f settings.yaml --prune -l app=web --prune-allowlist=core/v1/Service',
      since: '1.27',
      prints: `
        configmap/settings unchanged
        service/web pruned
      `,
      leaves: { 'get service web --ignore-not-found': '' },
    },
    {
      does: 'an unknown field',
      command: 'apply -f typo.yaml',
      complains: {
        '1.20':
          'error: error validating "typo.yaml": error validating data: ValidationError(Pod.spec): unknown field "nodeNam" in io.k8s.api.core.v1.PodSpec; if you choose to ignore these errors, turn validation off with --validate=false',
        '1.27':
          'Error from server (BadRequest): error when creating "typo.yaml": Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.nodeNam"',
      },
      code: 1,
    },
    {
      does: 'server side',
      command: 'apply --server-side -f web.yaml --field-manager=one --force-conflicts',
      prints: `
        configmap/web serverside-applied
        deployment.apps/web serverside-applied
        service/web serverside-applied
      `,
    },
    {
      does: 'server side, again',
      command: 'apply --server-side -f web.yaml --field-manager=one',
      prints: `
        configmap/web serverside-applied
        deployment.apps/web serverside-applied
        service/web serverside-applied
      `,
    },
    {
      does: 'server side, another’s field',
      command: 'apply --server-side -f - --field-manager=two',
      input: 'web.yaml',
      replacing: ['blue', 'red'],
      prints: `
        deployment.apps/web serverside-applied
        service/web serverside-applied
      `,
      complains: {
        '1.20': `
          error: Apply failed with 2 conflicts: conflicts with "kubectl-client-side-apply" using v1:
          - .data.colour
          conflicts with "one":
          - .data.colour
          Please review the fields above--they currently have other managers. Here
          are the ways you can resolve this warning:
          * If you intend to manage all of these fields, please re-run the apply
            command with the \`--force-conflicts\` flag.
          * If you do not intend to manage all of the fields, please edit your
            manifest to remove references to the fields that should keep their
            current managers.
          * You may co-own fields by updating your manifest to match the existing
            value; in this case, you'll become the manager if the other manager(s)
            stop managing the field (remove it from their configuration).
          See http://k8s.io/docs/reference/using-api/api-concepts/#conflicts
        `,
        '1.27': `
          error: Apply failed with 1 conflict: conflict with "one": .data.colour
          Please review the fields above--they currently have other managers. Here
          are the ways you can resolve this warning:
          * If you intend to manage all of these fields, please re-run the apply
            command with the \`--force-conflicts\` flag.
          * If you do not intend to manage all of the fields, please edit your
            manifest to remove references to the fields that should keep their
            current managers.
          * You may co-own fields by updating your manifest to match the existing
            value; in this case, you'll become the manager if the other manager(s)
            stop managing the field (remove it from their configuration).
          See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts
        `,
      },
      code: 1,
    },
    {
      does: 'server side, by force',
      command: 'apply --server-side -f - --field-manager=two --force-conflicts',
      input: 'web.yaml',
      replacing: ['blue', 'red'],
      prints: `
        configmap/web serverside-applied
        deployment.apps/web serverside-applied
        service/web serverside-applied
      `,
      leaves: { "get configmap web -o 'jsonpath={.data.colour}'": 'red' },
    },
    {
      does: 'diff, server side',
      command: 'diff --server-side -f web.yaml --field-manager=one --force-conflicts',
      since: '1.27',
      contains: `
        diff -u -N /tmp/LIVE-{id}/v1.ConfigMap.{ns}.web /tmp/MERGED-{id}/v1.ConfigMap.{ns}.web
        @@ -1,6 +1,6 @@
        apiVersion: v1
        data:
        - colour: red
        + colour: blue
        size: small
        kind: ConfigMap
        metadata:
      `,
      code: 1,
    },
    {
      does: 'kustomize',
      command: 'kustomize overlay',
      prints: {
        '1.20': `
          apiVersion: v1
          data:
            colour: red
          kind: ConfigMap
          metadata:
            name: k-generated-dd2dt4fd2d
          ---
          apiVersion: v1
          data:
            colour: blue
            size: small
          kind: ConfigMap
          metadata:
            labels:
              app: web
            name: k-web
          ---
          apiVersion: v1
          kind: Service
          metadata:
            labels:
              app: web
            name: k-web
          spec:
            ports:
            - port: 80
              targetPort: 8080
            selector:
              app: web
          ---
          apiVersion: apps/v1
          kind: Deployment
          metadata:
            labels:
              app: web
            name: k-web
          spec:
            replicas: 1
            selector:
              matchLabels:
                app: web
            template:
              metadata:
                labels:
                  app: web
              spec:
                containers:
                - image: berth/hello:1
                  name: main
                  ports:
                  - containerPort: 8080
        `,
        '1.27': `
          apiVersion: v1
          data:
            colour: red
          kind: ConfigMap
          metadata:
            name: k-generated-5k9ch927gb
          ---
          apiVersion: v1
          data:
            colour: blue
            size: small
          kind: ConfigMap
          metadata:
            labels:
              app: web
            name: k-web
          ---
          apiVersion: v1
          kind: Service
          metadata:
            labels:
              app: web
            name: k-web
          spec:
            ports:
            - port: 80
              targetPort: 8080
            selector:
              app: web
          ---
          apiVersion: apps/v1
          kind: Deployment
          metadata:
            labels:
              app: web
            name: k-web
          spec:
            replicas: 1
            selector:
              matchLabels:
                app: web
            template:
              metadata:
                labels:
                  app: web
              spec:
                containers:
                - image: berth/hello:1
                  name: main
                  ports:
                  - containerPort: 8080
        `,
      },
      complains: {
        '1.20': '',
        '1.27':
          "# Warning: 'bases' is deprecated. Please use 'resources' instead. Run 'kustomize edit fix' to update your Kustomization automatically.",
      },
    },
    {
      does: 'a kustomization',
      command: 'apply -k overlay',
      prints: {
        '1.20': `
          configmap/k-generated-dd2dt4fd2d created
          configmap/k-web created
          service/k-web created
          deployment.apps/k-web created
        `,
        '1.27': `
          configmap/k-generated-5k9ch927gb created
          configmap/k-web created
          service/k-web created
          deployment.apps/k-web created
        `,
      },
      complains: {
        '1.20': '',
        '1.27':
          "# Warning: 'bases' is deprecated. Please use 'resources' instead. Run 'kustomize edit fix' to update your Kustomization automatically.",
      },
    },
    {
      does: 'diff of a kustomization',
      command: 'diff -k overlay',
      prints: '',
      complains: {
        '1.20': '',
        '1.27':
          "# Warning: 'bases' is deprecated. Please use 'resources' instead. Run 'kustomize edit fix' to update your Kustomization automatically.",
      },
    },
    {
      does: 'delete of a kustomization',
      command: 'delete -k overlay',
      prints: {
        '1.20': `
          configmap "k-generated-dd2dt4fd2d" deleted
          configmap "k-web" deleted
          service "k-web" deleted
          deployment.apps "k-web" deleted
        `,
        '1.27': `
          configmap "k-generated-5k9ch927gb" deleted
          configmap "k-web" deleted
          service "k-web" deleted
          deployment.apps "k-web" deleted
        `,
        '1.35': `
          configmap "k-generated-5k9ch927gb" deleted from {ns} namespace
          configmap "k-web" deleted from {ns} namespace
          service "k-web" deleted from {ns} namespace
          deployment.apps "k-web" deleted from {ns} namespace
        `,
      },
      complains: {
        '1.20': '',
        '1.27':
          "# Warning: 'bases' is deprecated. Please use 'resources' instead. Run 'kustomize edit fix' to update your Kustomization automatically.",
      },
    },
  ],
};
